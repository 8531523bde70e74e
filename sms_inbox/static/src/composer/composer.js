import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {uuid} from "@web/core/utils/strings";
import {useDebounced} from "@web/core/utils/timing";

import {CannedResponses} from "./canned_responses";
import {forgetDraft, keepDraft, readDraft} from "./drafts";
import {useFilesToSend} from "./files_to_send";
import {countSegments} from "./segments";

import {
    Component,
    onMounted,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";

const PAUSE = 400; // milliseconds without a key, after which the outlook is asked for

/** Small prices with the digits that tell them apart. */
function formatPrice(price, currency) {
    return formatCurrency(price, currency, price < 0.1 ? {digits: [16, 4]} : {});
}

/** A box to write a text in. Enter sends, Shift and Enter begin a new line. */
export class Composer extends Component {
    static template = "sms_inbox.Composer";
    static components = {CannedResponses};
    static props = {
        draftOf: [Number, String],
        label: String,
        placeholder: {type: String, optional: true},
        /** What the button to send says. */
        verb: {type: String, optional: true},
        autofocus: {type: Boolean, optional: true},
        /**
         * Gets the text, its uuid, what `attaching.keep` gave for each file, and what
         * `sendWith` was given. Gives a promise; when it is rejected, or comes to
         * false, what was written stays.
         */
        onSend: Function,
        onType: {type: Function, optional: true},
        /** How files are attached, see `useFilesToSend`; without it they are not. */
        attaching: {type: Object, optional: true},
        /** Gives a promise of what is to be said of a text before it is sent. */
        outlookOf: {type: Function, optional: true},
        /** Whether `::` and a shortcut bring up Odoo's canned responses. */
        canned: {type: Boolean, optional: true},
        tollFree: {type: Boolean, optional: true},
        /** Of a text and of one with files, and the currency's id; 0: not known. */
        prices: {type: Object, optional: true},
        /** `tools`: more buttons, which get `insert` and `sendWith`. */
        slots: {type: Object, optional: true},
    };

    setup() {
        this.input = useRef("input");
        this.picker = useRef("picker");
        const draft = readDraft(this.props.draftOf);
        this.files = useFilesToSend(draft.files, () => this.props.attaching);
        this.state = useState({
            body: draft.body,
            caret: draft.body.length,
            sending: false,
            outlook: "",
            dragging: false,
        });
        this.suggestions = {}; // what the list of canned responses takes of our keys
        this.uuid = uuid();
        this.handedOver = false; // while it is being sent, it is no draft
        this.askOutlook = useDebounced(() => this.readOutlook(), PAUSE);
        onMounted(() => this.props.autofocus && this.input.el.focus());
        useEffect(
            () => {
                this.fitHeight();
                this.askOutlook();
                this.keepDraft();
            },
            () => [
                this.state.body,
                this.state.sending,
                this.files.state.files,
                this.files.state.files.length,
            ]
        );
        onWillUnmount(() => this.keepDraft()); // what was typed and is not drawn yet
    }

    keepDraft() {
        const {body} = this.state;
        const {files} = this.files.state;
        if ((body || files.length) && !this.handedOver) {
            keepDraft(this.props.draftOf, {body, files});
        } else {
            forgetDraft(this.props.draftOf);
        }
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

    get hasFiles() {
        return Boolean(this.files.state.files.length);
    }

    get segments() {
        return this.hasFiles ? 1 : countSegments(this.state.body, this.props.tollFree);
    }

    get count() {
        // as the server counts: an emoji is one character, not two
        const count = [...this.state.body].length;
        const {segments} = this;
        const facts = [count === 1 ? _t("1 character") : _t("%s characters", count)];
        if (segments > 1) {
            facts.push(_t("%s texts", segments));
        }
        return [...facts, this.cost].filter(Boolean).join(", ");
    }

    get cost() {
        const {prices = {}} = this.props;
        const price = this.hasFiles ? prices.media : prices.text;
        return price
            ? _t("about %s", formatPrice(price * this.segments, prices.currency))
            : "";
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

    onInput() {
        this.noteCaret();
        this.props.onType?.();
    }

    noteCaret() {
        this.state.caret = this.input.el.selectionStart;
    }

    onKeydown(ev) {
        const composing = ev.isComposing || ev.keyCode === 229;
        if (composing || this.suggestions.onKeydown?.(ev)) {
            return;
        }
        if (ev.key === "Enter" && !ev.shiftKey) {
            ev.preventDefault();
            this.send();
        }
    }

    /**
     * Write something where the caret is.
     *
     * @param {string} text
     * @param {number} [instead] how many characters before the caret it replaces
     */
    insert(text, instead = 0) {
        const {el} = this.input;
        const at = Math.min(this.state.caret, this.state.body.length);
        const before = this.state.body.slice(0, at - instead) + text;
        this.state.body = before + this.state.body.slice(at);
        this.state.caret = before.length;
        el.value = this.state.body; // so that the caret can stand there already
        el.focus();
        el.setSelectionRange(before.length, before.length);
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

    async send(options) {
        const {draftOf, onSend} = this.props;
        const body = this.state.body;
        if (this.state.sending || this.isEmpty) {
            return;
        }
        this.state.sending = true;
        let sent = false;
        try {
            if (await this.files.haveArrived()) {
                this.handedOver = true;
                forgetDraft(draftOf);
                const {kept} = this.files;
                sent = (await onSend(body, this.uuid, kept, options)) !== false;
            }
        } finally {
            this.handedOver = false;
            this.state.sending = false;
            this.takeBackFocus();
            if (sent) {
                this.state.body = "";
                this.files.sent();
                this.uuid = uuid();
            } else {
                keepDraft(draftOf, {body, files: this.files.state.files});
            }
        }
    }

    /** After a menu or a dialog that it was sent by, so that what follows is no command. */
    takeBackFocus() {
        if (document.activeElement === document.body) {
            this.input.el?.focus();
        }
    }

    onClickSend() {
        this.input.el.focus();
        return this.send();
    }
}
