import {Component} from "@odoo/owl";

/** One of our numbers, by its label and its colour. */
export class OurNumber extends Component {
    static template = "sms_inbox.OurNumber";
    static props = {
        number: Object,
    };
}
