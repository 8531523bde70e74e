import {formatNumber} from "../fields/number_field/format_number";

import {Component, useState} from "@odoo/owl";

const SOMEBODY_NEW = "new";

/** Whose phone to look at: somebody we texted with, or anybody by their number. */
export class HandsetPicker extends Component {
    static template = "sms_inbox.HandsetPicker";
    static props = {
        handsets: {type: Array, element: Object},
        handset: String,
        onChoose: Function,
    };

    setup() {
        this.somebodyNew = SOMEBODY_NEW;
        this.state = useState({typing: false, number: "", wrong: false});
    }

    get isTyping() {
        return this.state.typing || !this.props.handset;
    }

    get chosen() {
        return this.isTyping ? SOMEBODY_NEW : this.props.handset;
    }

    /** The chosen number too, when nobody texted with it yet. */
    get choices() {
        const {handset, handsets} = this.props;
        return !handset || handsets.some(({number}) => number === handset)
            ? handsets
            : [{number: handset, pretty: formatNumber(handset), name: ""}, ...handsets];
    }

    onChange(ev) {
        this.state.typing = ev.target.value === SOMEBODY_NEW;
        if (!this.state.typing) {
            this.props.onChoose(ev.target.value);
        }
    }

    onSubmit() {
        const number = this.state.number.replace(/[^\d+]/g, "");
        this.state.wrong = !/^\+[1-9]\d{7,14}$/.test(number);
        if (!this.state.wrong) {
            Object.assign(this.state, {typing: false, number: ""});
            this.props.onChoose(number);
        }
    }
}
