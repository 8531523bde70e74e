import {Dialog} from "@web/core/dialog/dialog";

import {KEYS} from "./keys";

import {Component} from "@odoo/owl";

/** The keys of the inbox. */
export class KeysDialog extends Component {
    static template = "sms_inbox.KeysDialog";
    static components = {Dialog};
    static props = {close: Function};

    setup() {
        this.keys = KEYS;
    }
}
