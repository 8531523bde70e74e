import {ThreadPane} from "./thread_pane";

import {Component, useEffect, useState} from "@odoo/owl";

/**
 * The open conversation, or an empty pane until it has come, however slow the line: never
 * the one before it, in which somebody would go on writing.
 */
export class OpenThread extends Component {
    static template = "sms_inbox.OpenThread";
    static components = {ThreadPane};
    static props = ThreadPane.props;

    setup() {
        this.state = useState({id: 0});
        // in a render of its own: a pane that waits for its texts holds up the render
        // that it is part of, and all of the inbox with it
        useEffect(
            (id) => {
                this.state.id = id;
            },
            () => [this.props.id]
        );
    }
}
