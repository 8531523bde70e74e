import {useService} from "@web/core/utils/hooks";

import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";

const SHORTCUT = /(?:^|\s)::(\S*)$/;
const SHOWN = 6;

/**
 * The beginning of a shortcut that stands before the caret, or null.
 *
 * @param {string} body
 * @param {number} caret
 * @returns {string|null}
 */
export function shortcutBefore(body, caret) {
    const match = SHORTCUT.exec(body.slice(0, caret));
    return match && match[1];
}

/** Odoo's canned responses for what stands before the caret: `::` and a shortcut. */
export class CannedResponses extends Component {
    static template = "sms_inbox.CannedResponses";
    static props = {
        body: String,
        caret: Number,
        /** Gets the words, and how many characters they replace. */
        onChoose: Function,
        /** Gets our `onKeydown`, which tells whether it took a key. */
        keys: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({responses: null, at: 0, dismissed: ""});
        this.props.keys.onKeydown = (ev) => this.onKeydown(ev);
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => {
            if (props.body !== this.props.body) {
                this.state.at = 0;
            }
            return this.load(props);
        });
    }

    /** Only once somebody asks for them. */
    async load({body, caret}) {
        if (!this.state.responses && shortcutBefore(body, caret) !== null) {
            this.state.responses = [];
            this.state.responses = await this.orm.searchRead(
                "mail.canned.response",
                [],
                ["source", "substitution"]
            );
        }
    }

    get shortcut() {
        return shortcutBefore(this.props.body, this.props.caret);
    }

    get rows() {
        const {responses, dismissed} = this.state;
        if (this.shortcut === null || !responses || dismissed === this.props.body) {
            return [];
        }
        const wanted = this.shortcut.toLowerCase();
        return responses
            .filter(({source}) => source.toLowerCase().includes(wanted))
            .slice(0, SHOWN);
    }

    choose({substitution}) {
        this.props.onChoose(substitution, this.shortcut.length + 2);
    }

    onKeydown(ev) {
        const {rows} = this;
        const keys = {
            ArrowDown: () => this.move(1),
            ArrowUp: () => this.move(-1),
            Enter: () => this.choose(rows[this.state.at]),
            Tab: () => this.choose(rows[this.state.at]),
            Escape: () => {
                this.state.dismissed = this.props.body;
            },
        };
        if (!rows.length || !keys[ev.key] || ev.shiftKey) {
            return false;
        }
        ev.preventDefault();
        ev.stopPropagation();
        keys[ev.key]();
        return true;
    }

    move(by) {
        const {length} = this.rows;
        this.state.at = (this.state.at + by + length) % length;
    }
}
