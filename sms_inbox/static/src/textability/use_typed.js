import {useDebounced} from "@web/core/utils/timing";

import {useEffect, useRef, useState} from "@odoo/owl";

const PAUSE = 300; // milliseconds without a key

/**
 * What stands in an input before its record has it.
 *
 * @param {string} refName
 * @param {() => string} getValue what the record has
 * @returns {{text: string|null}} null while the record has all of it
 */
export function useTyped(refName, getValue) {
    const input = useRef(refName);
    const typed = useState({text: null});
    const note = useDebounced(() => {
        typed.text = input.el ? input.el.value : null;
    }, PAUSE);
    useEffect(
        (el) => {
            el?.addEventListener("input", note);
            return () => el?.removeEventListener("input", note);
        },
        () => [input.el]
    );
    useEffect(
        () => {
            note.cancel();
            typed.text = null;
        },
        () => [getValue()]
    );
    return typed;
}
