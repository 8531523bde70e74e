import {browser} from "@web/core/browser/browser";

import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";

/** For some seconds, a text can be taken back. */
export class UndoBar extends Component {
    static template = "sms_inbox.UndoBar";
    static props = {
        seconds: Number,
        onUndo: Function,
        onEnd: Function,
    };

    setup() {
        this.state = useState({left: this.props.seconds});
        let timer;
        onMounted(() => {
            timer = browser.setInterval(() => this.tick(), 1000);
        });
        onWillUnmount(() => browser.clearInterval(timer));
    }

    tick() {
        this.state.left--;
        if (this.state.left <= 0) {
            this.props.onEnd();
        }
    }
}
