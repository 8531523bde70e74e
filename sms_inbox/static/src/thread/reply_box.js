import {serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {useService} from "@web/core/utils/hooks";

import {useAttaching} from "../composer/attaching";
import {Composer} from "../composer/composer";
import {forgetDraft, keepDraft, readDraft} from "../composer/drafts";
import {wentBefore} from "../composer/files_to_send";
import {formatNumber} from "../fields/number_field/format_number";
import {ComposerTools} from "../inbox/composer_tools";
import {NoText} from "./no_text";
import {UndoBar} from "./undo_bar";

import {Component, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/** Where a thread is answered: texts now, later or taken back, and notes for the team. */
export class ReplyBox extends Component {
    static template = "sms_inbox.ReplyBox";
    static components = {Composer, ComposerTools, NoText, UndoBar};
    static props = {
        /** The conversation as `useThreadData` has it. */
        data: Object,
        /** The last text on the screen. */
        lastTextId: Number,
        afterSend: Function,
        onType: Function,
        /** Whether to write at once. */
        autofocus: Boolean,
        onShowThreads: Function,
        /** Gets what takes a text's words back into the box. */
        offer: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({
            noting: false,
            undo: null,
            drawn: 0,
            writing: this.props.autofocus,
        });
        this.attaching = useAttaching(() => ({
            mostMedia: this.props.data.most_media,
            noMediaReason: this.props.data.no_media_reason,
        }));
        this.props.offer((text) => this.giveBack(text));
    }

    get id() {
        return this.props.data.id;
    }

    get label() {
        const {our_name: ourName, contact_number: theirNumber} = this.props.data;
        return _t("From %(our_number)s to %(their_number)s", {
            our_number: ourName,
            their_number: formatNumber(theirNumber),
        });
    }

    get noteDraft() {
        return `note ${this.id}`;
    }

    get newThread() {
        const {known_as: knownAs} = this.props.data;
        return knownAs
            ? _t(
                  "This will be a new thread on their phone; they know you as %s.",
                  formatNumber(knownAs)
              )
            : "";
    }

    note(noting) {
        Object.assign(this.state, {noting, writing: true});
    }

    /** What comes in from now on, its author may not have read. */
    typed() {
        this.readUntil ??= this.props.lastTextId;
        this.props.onType();
    }

    /** What is to be said of a text before it is sent; "" for an ordinary one. */
    outlookOf(body, fileCount) {
        const args = [[this.id], body, fileCount];
        return this.orm.silent.call(MODEL, "reply_outlook", args);
    }

    /** Out of the box, so that the keys work again. */
    onKeydown(ev) {
        if (ev.key === "Escape" && ev.target.matches("textarea")) {
            ev.target.blur();
        }
    }

    /**
     * @param {string} body
     * @param {string} uuid the same for a second try, so that one text is sent
     * @param {{id: number}[]} files
     * @param {{at?: luxon.DateTime}} [options] when it is to leave
     */
    async send(body, uuid, files, {at} = {}) {
        const readUntil = this.readUntil ?? this.props.lastTextId;
        this.readUntil = undefined;
        const outcome = await this.ask(body, uuid, files, at, readUntil);
        if (!outcome.crossed) {
            this.wasSent(outcome, body, files);
            return true;
        }
        this.props.afterSend(); // so that it can be read
        if (!(await this.wantsToSendAnyway(outcome.crossed))) {
            return false;
        }
        this.wasSent(await this.ask(body, uuid, files, at, false), body, files);
        return true;
    }

    ask(body, uuid, files, at, seen) {
        // not the component's own service: who leaves at once still learns of an error
        return this.env.services.orm.call(MODEL, "inbox_send", [
            [this.id],
            body,
            uuid,
            files.map(({id}) => id),
            at ? serializeDateTime(at) : false,
            seen,
        ]);
    }

    wasSent({id, undo}, body, files) {
        const hadFiles = files.length > 0;
        this.state.undo = undo ? {id, body, hadFiles, seconds: undo} : null;
        this.props.afterSend();
    }

    wantsToSendAnyway(names) {
        return new Promise((resolve) => {
            this.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Somebody answered meanwhile"),
                    body: _t(
                        "%s answered while you were writing. Read it first: yours is kept.",
                        names.join(", ")
                    ),
                    // first, so that a second Enter does not send
                    confirmLabel: _t("Read it"),
                    confirm: () => resolve(false),
                    cancelLabel: _t("Send mine too"),
                    cancel: () => resolve(true),
                    dismiss: () => resolve(false),
                },
                {onClose: () => resolve(false)}
            );
        });
    }

    async undo() {
        const text = this.state.undo;
        this.state.undo = null;
        await this.orm.call("sms.inbox.message", "action_cancel", [[text.id]]);
        await this.giveBack(text);
        this.props.afterSend();
    }

    /** What was taken back is written again, above what was begun since. */
    async giveBack({id, body, hadFiles}) {
        const files = hadFiles ? await this.filesOf(id) : [];
        const begun = readDraft(this.id);
        keepDraft(this.id, {
            body: [body, begun.body].filter(Boolean).join("\n"),
            files: [...files, ...begun.files],
        });
        const drawn = this.state.drawn + 1;
        const undo = this.state.undo?.id === id ? null : this.state.undo;
        Object.assign(this.state, {drawn, undo, writing: true});
    }

    /** What a text carried, to go with the next one. */
    async filesOf(textId) {
        const [{media}] = await this.orm.read("sms.inbox.message", [textId], ["media"]);
        return (media || []).map(({name, kind, attachment}) =>
            wentBefore({name, isPicture: kind === "picture", id: attachment})
        );
    }

    forgetUndo() {
        this.state.undo = null;
    }

    async sendNote(body) {
        await this.env.services.orm.call(MODEL, "inbox_note", [[this.id], body]);
        forgetDraft(this.noteDraft);
        this.props.afterSend();
    }
}
