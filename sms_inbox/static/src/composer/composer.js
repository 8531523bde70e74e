import {_t} from "@web/core/l10n/translation";
import {uuid} from "@web/core/utils/strings";
import {useDebounced} from "@web/core/utils/timing";

import {useFilesToSend} from "./files_to_send";

import {Component, onMounted, useEffect, useRef, useState} from "@odoo/owl";

const PAUSE = 400; // milliseconds without a key, after which the outlook is asked for

// What was begun and not sent yet, until the page is closed: a thread that is left and
// opened again still has it.
const drafts = new Map();

/** A box to write a text in. Enter sends, Shift and Enter begin a new line. */
export class Composer extends Component {
    static template = "sms_inbox.Composer";
    static props = {
        draftOf: [Number, String],
        label: String,
        autofocus: {type: Boolean, optional: true},
        /**
         * Gets the text, its uuid and what `attaching.keep` gave for each file. Gives a
         * promise; when it is rejected, what was written stays.
         */
        onSend: Function,
        /** How files are attached, see `useFilesToSend`; without it they are not. */
        attaching: {type: Object, optional: true},
        /** Gives a promise of what is to be said of a text before it is sent. */
        outlookOf: {type: Function, optional: true},
    };

    setup() {
        this.input = useRef("input");
        this.picker = useRef("picker");
        const draft = drafts.get(this.props.draftOf) || {body: "", files: []};
        this.files = useFilesToSend(draft.files, () => this.props.attaching);
        this.state = useState({
            body: draft.body,
            sending: false,
            outlook: "",
            dragging: false,
        });
        this.uuid = uuid();
        this.askOutlook = useDebounced(() => this.readOutlook(), PAUSE);
        onMounted(() => this.props.autofocus && this.input.el.focus());
        useEffect(
            (body, sending, files) => {
                this.fitHeight();
                this.askOutlook();
                if ((body || files.length) && !sending) {
                    drafts.set(this.props.draftOf, {body, files});
                } else {
                    drafts.delete(this.props.draftOf);
                }
            },
            () => [
                this.state.body,
                this.state.sending,
                this.files.state.files,
                this.files.state.files.length,
            ]
        );
    }

    get isEmpty() {
        return !this.state.body.trim() && !this.files.state.files.length;
    }

    get attachLabel() {
        const {reason} = this.props.attaching;
        return reason ? _t("Attach a file. %s", reason) : _t("Attach a file");
    }

    removeLabel({name}) {
        return _t("Remove %s", name);
    }

    get count() {
        // as the server counts: an emoji is one character, not two
        const count = [...this.state.body].length;
        return count === 1 ? _t("1 character") : _t("%s characters", count);
    }

    async readOutlook() {
        const asked = [this.state.body, this.files.state.files.length];
        const {outlookOf} = this.props;
        const outlook = outlookOf && !this.isEmpty ? await outlookOf(...asked) : "";
        const now = [this.state.body, this.files.state.files.length];
        if (String(asked) === String(now)) {
            this.state.outlook = outlook;
        }
    }

    fitHeight() {
        const {el} = this.input;
        el.style.height = "auto";
        el.style.height = `${el.scrollHeight}px`;
    }

    onKeydown(ev) {
        const composing = ev.isComposing || ev.keyCode === 229;
        if (ev.key === "Enter" && !ev.shiftKey && !composing) {
            ev.preventDefault();
            this.send();
        }
    }

    onClickAttach() {
        if (this.props.attaching.most) {
            this.picker.el.click();
        } else {
            this.files.state.problem = this.props.attaching.reason;
        }
    }

    async onPicked() {
        const chosen = [...this.picker.el.files];
        this.picker.el.value = ""; // so that the same file can be chosen again
        this.input.el.focus();
        await this.files.add(chosen);
    }

    onPaste(ev) {
        const files = ev.clipboardData?.files || [];
        if (this.props.attaching && files.length) {
            ev.preventDefault();
            this.files.add(files);
        }
    }

    onDragover(ev) {
        if (this.props.attaching && ev.dataTransfer.types.includes("Files")) {
            ev.preventDefault();
            this.state.dragging = true;
        }
    }

    onDragleave(ev) {
        this.state.dragging = ev.currentTarget.contains(ev.relatedTarget);
    }

    onDrop(ev) {
        this.state.dragging = false;
        if (this.props.attaching && ev.dataTransfer.files.length) {
            ev.preventDefault();
            this.files.add(ev.dataTransfer.files);
        }
    }

    async send() {
        const {draftOf, onSend} = this.props;
        const body = this.state.body;
        if (this.state.sending || this.isEmpty || this.files.busy) {
            return;
        }
        this.state.sending = true;
        drafts.delete(draftOf);
        try {
            await onSend(body, this.uuid, this.files.kept);
            this.state.body = "";
            this.files.sent();
            this.uuid = uuid();
        } catch (error) {
            drafts.set(draftOf, {body, files: this.files.state.files});
            throw error;
        } finally {
            this.state.sending = false;
        }
    }

    onClickSend() {
        this.input.el.focus();
        return this.send();
    }
}
