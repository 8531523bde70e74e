import {_t} from "@web/core/l10n/translation";

import {Component, onMounted, useEffect, useRef, useState} from "@odoo/owl";

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
    };

    setup() {
        this.input = useRef("input");
        this.state = useState({
            body: drafts.get(this.props.draftOf) || "",
            sending: false,
        });
        onMounted(() => this.props.autofocus && this.input.el.focus());
        useEffect(
            (body, sending) => {
                this.fitHeight();
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
            await onSend(body);
            this.state.body = "";
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
