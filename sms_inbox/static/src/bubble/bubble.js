import {Component} from "@odoo/owl";

/** One text, as phones draw it: mine on the right, theirs on the left. */
export class Bubble extends Component {
    static template = "sms_inbox.Bubble";
    static props = {
        mine: Boolean,
        who: String, // for those who cannot see the sides
        body: String,
        at: String,
        day: {type: String, optional: true},
        slots: {type: Object, optional: true},
    };
}
