import {Attached} from "./attached";

import {Component} from "@odoo/owl";

/** One text, as phones draw it: mine on the right, theirs on the left. */
export class Bubble extends Component {
    static template = "sms_inbox.Bubble";
    static components = {Attached};
    static props = {
        mine: Boolean,
        who: String, // for those who cannot see the sides
        body: String,
        at: String,
        day: {type: String, optional: true},
        media: {type: Array, optional: true},
        from: {type: String, optional: true}, // who sent what is attached
        onFetch: {type: Function, optional: true},
        incomplete: {type: Boolean, optional: true},
        notThere: {type: Boolean, optional: true}, // on their phone
        slots: {type: Object, optional: true},
    };
}
