import {_t} from "@web/core/l10n/translation";
import {uuid} from "@web/core/utils/strings";
import {useDebounced} from "@web/core/utils/timing";

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
        /** Gives a promise; when it is rejected, what was written stays. */
        onSend: Function,
        /** Gives a promise of what is to be said of a text before it is sent. */
        outlookOf: {type: Function, optional: true},
    };

    setup() {
        this.input = useRef("input");
        this.state = useState({
            body: drafts.get(this.props.draftOf) || "",
            sending: false,
            outlook: "",
        });
        this.uuid = uuid();
        this.askOutlook = useDebounced(() => this.readOutlook(), PAUSE);
        onMounted(() => this.props.autofocus && this.input.el.focus());
        useEffect(
            (body, sending) => {
                this.fitHeight();
                this.askOutlook();
                if (body && !sending) {
                    drafts.set(this.props.draftOf, body);
                } else {
                    drafts.delete(this.props.draftOf);
                }
            },
            () => [this.state.body, this.state.sending]
        );
    }

    get isEmpty() {
        return !this.state.body.trim();
    }

    get count() {
        // as the server counts: an emoji is one character, not two
        const count = [...this.state.body].length;
        return count === 1 ? _t("1 character") : _t("%s characters", count);
    }

    async readOutlook() {
        const body = this.state.body;
        const outlook =
            body.trim() && this.props.outlookOf ? await this.props.outlookOf(body) : "";
        if (body === this.state.body) {
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

    async send() {
        const {draftOf, onSend} = this.props;
        const body = this.state.body;
        if (this.state.sending || this.isEmpty) {
            return;
        }
        this.state.sending = true;
        drafts.delete(draftOf);
        try {
            await onSend(body, this.uuid);
            this.state.body = "";
            this.uuid = uuid();
        } catch (error) {
            drafts.set(draftOf, body);
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
