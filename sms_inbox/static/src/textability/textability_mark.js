import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {useService} from "@web/core/utils/hooks";
import {session} from "@web/session";

import {Component, onWillDestroy, onWillUpdateProps, useRef, useState} from "@odoo/owl";

/**
 * What a mark says, in sentences: reason, age where the reason does not tell it, and how
 * many contacts have the number.
 *
 * @param {Object} mark
 * @returns {string[]}
 */
export function explain({reason, since, contacts}) {
    const sentences = [reason];
    if (since) {
        const then = deserializeDateTime(since);
        const date = then.toLocaleString(luxon.DateTime.DATE_MED);
        sentences.push(_t("Since %(date)s, %(ago)s.", {date, ago: then.toRelative()}));
    }
    if (contacts > 1) {
        sentences.push(_t("%s contacts have this number.", contacts));
    }
    return sentences.filter(Boolean).map(String);
}

/** The words of a mark, for who points at it, focuses it with the keyboard or taps it. */
export class TextabilityTip extends Component {
    static template = "sms_inbox.TextabilityTip";
    static props = {
        markKey: String,
        close: {type: Function, optional: true},
    };

    setup() {
        this.marks = useState(useService("sms_inbox.textability").marks);
    }

    get mark() {
        return this.marks[this.props.markKey];
    }

    get sentences() {
        return explain(this.mark);
    }
}

/**
 * Whether a phone number can be texted: a shape and a colour, and the reason in words.
 * Nothing for an empty number, and for who does not text.
 */
export class TextabilityMark extends Component {
    static template = "sms_inbox.TextabilityMark";
    static props = {
        text: {type: [String, Boolean], optional: true},
        /** Still being typed: no word yet of what is no number so far. */
        unfinished: {type: Boolean, optional: true},
        country: {type: [Number, Boolean], optional: true},
        model: {type: String, optional: true},
        resId: {type: [Number, Boolean], optional: true},
        company: {type: [Number, Boolean], optional: true},
    };

    setup() {
        if (!session.sms_inbox_user) {
            return;
        }
        this.service = useService("sms_inbox.textability");
        this.marks = useState(this.service.marks);
        this.button = useRef("button");
        this.tip = usePopover(TextabilityTip, {
            position: "top",
            animation: false,
            setActiveElement: false,
            role: "tooltip",
        });
        this.key = this.show(this.props);
        onWillUpdateProps((props) => this.update(props));
        onWillDestroy(() => this.hide());
    }

    get mark() {
        const mark = this.key && this.marks[this.key];
        return mark && (mark.number || !this.props.unfinished) ? mark : null;
    }

    get label() {
        const sentences = [this.mark.label, ...explain(this.mark)];
        return sentences.map((sentence) => sentence.replace(/\.$/, "")).join(". ");
    }

    /** What is asked of a number; what does not matter is left out, so that equals meet. */
    asked({text, country, model, resId, company}) {
        const written = text.trim();
        const asked = company ? {text: written, company} : {text: written};
        if (written.startsWith("+")) {
            return asked;
        }
        if (country) {
            return {...asked, country};
        }
        return resId ? {...asked, model, id: resId} : asked;
    }

    show(props) {
        return props.text && props.text.trim()
            ? this.service.show(this.asked(props))
            : null;
    }

    hide() {
        if (this.key) {
            this.service.hide(this.key);
        }
    }

    update(props) {
        const before = this.key;
        // the new one first, so that one that stays the same is not forgotten in between
        const key = this.show(props);
        this.hide();
        this.key = key;
        if (key !== before) {
            this.tip.close();
        }
    }

    openTip() {
        if (!this.tip.isOpen) {
            this.tip.open(this.button.el, {markKey: this.key});
        }
    }

    closeTip() {
        this.tip.close();
    }
}
