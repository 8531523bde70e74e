import {serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {useService} from "@web/core/utils/hooks";

import {forgetDraft, keepDraft, readDraft} from "../composer/drafts";
import {wentBefore} from "../composer/files_to_send";
import {formatNumber} from "../fields/number_field/format_number";
import {ReplyBox} from "../thread/reply_box";
import {ComposerTools} from "./composer_tools";
import {UndoBar} from "./undo_bar";

import {useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/** The inbox's reply box: texts now, later or taken back, and notes for the team. */
export class InboxReply extends ReplyBox {
    static template = "sms_inbox.InboxReply";
    static components = {...ReplyBox.components, ComposerTools, UndoBar};
    static props = {
        ...ReplyBox.props,
        data: Object,
        lastTextId: Number,
        onType: Function,
        /** Whether to write at once. */
        autofocus: Boolean,
        onShowThreads: Function,
    };

    setup() {
        super.setup();
        this.dialog = useService("dialog");
        this.state = useState({
            noting: false,
            undo: null,
            drawn: 0,
            writing: this.props.autofocus,
        });
    }

    get id() {
        return this.props.conversation.id;
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

    /** What was taken back is written again where it was. */
    async undo() {
        const {id, body, hadFiles} = this.state.undo;
        this.state.undo = null;
        await this.orm.call("sms.inbox.message", "action_cancel", [[id]]);
        const files = hadFiles ? await this.filesOf(id) : [];
        const draft = readDraft(this.id);
        keepDraft(this.id, {
            body: draft.body || body,
            files: draft.files.length ? draft.files : files,
        });
        this.state.drawn++;
        this.state.writing = true;
        this.props.afterSend();
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
