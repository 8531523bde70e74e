import {_t} from "@web/core/l10n/translation";

import {useState} from "@odoo/owl";

let serial = 0;

/**
 * A file of a text that was taken back, to be sent again; it stays that text's.
 *
 * @param {{id: number, name: string, isPicture: boolean}} file by its attachment
 */
export function wentBefore({id, name, isPicture}) {
    const preview = isPicture ? `/web/image/${id}` : "";
    return {key: ++serial, name, preview, kept: {id}, isOfAText: true};
}

/**
 * The files chosen for one text, on their way to the server or there.
 *
 * @param {Object[]} files those of a draft
 * @param {() => {most: number, reason: string, keep: Function, drop: Function}}
 *      attaching how many a text can carry, why none, and what keeps and drops one
 */
export function useFilesToSend(files, attaching) {
    const state = useState({files, problem: ""});
    let coming = Promise.resolve();

    /** @param {Iterable<File>} chosen */
    function add(chosen) {
        state.problem = "";
        coming = Promise.all([coming, ...[...chosen].map(addOne)]);
        return coming;
    }

    async function addOne(file) {
        const {most, reason, keep} = attaching();
        if (state.files.length >= most) {
            state.problem = reason || _t("A text can carry at most %s files.", most);
            return;
        }
        const key = ++serial;
        const isPicture = file.type.startsWith("image/");
        const preview = isPicture ? URL.createObjectURL(file) : "";
        state.files.push({key, name: file.name, preview, kept: null});
        try {
            const kept = await keep(file);
            const row = state.files.find((each) => each.key === key);
            if (row) {
                row.kept = kept;
            } else {
                attaching().drop(kept); // removed meanwhile
            }
        } catch (error) {
            forget(key);
            const why = error.message;
            state.problem = _t("“%(name)s” could not be attached: %(why)s", {
                name: file.name,
                why,
            });
        }
    }

    function forget(key) {
        const row = state.files.find((each) => each.key === key);
        state.files = state.files.filter((each) => each.key !== key);
        if (row?.preview) {
            URL.revokeObjectURL(row.preview);
        }
        return row;
    }

    return {
        state,
        add,
        remove(key) {
            state.problem = "";
            const row = forget(key);
            if (row?.kept && !row.isOfAText) {
                attaching().drop(row.kept);
            }
        },
        /** They went with a text. */
        sent() {
            state.files.map(({key}) => key).forEach(forget);
        },
        /** Waits for those on their way; gives whether none of them was lost. */
        async haveArrived() {
            const {length} = state.files;
            await coming;
            return (
                state.files.length === length && state.files.every((each) => each.kept)
            );
        },
        get kept() {
            return state.files.map(({kept}) => kept);
        },
    };
}
