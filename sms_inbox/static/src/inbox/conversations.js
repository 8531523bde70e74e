import {browser} from "@web/core/browser/browser";

import {InboxRow} from "./row";
import {RowTools} from "./row_tools";

import {
    Component,
    onMounted,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

const NEAR = 400; // pixels from the end, where the next page is read
const MINUTE = 60_000; // milliseconds, after which rows say how long anew

/** The rows of a view, read page by page as they are scrolled to. */
export class Conversations extends Component {
    static template = "sms_inbox.Conversations";
    static components = {InboxRow, RowTools};
    static props = {
        list: Object,
        loading: Boolean,
        empty: String,
        selected: [Number, Boolean],
        manyNumbers: Boolean,
        onOpen: Function,
        onMore: Function,
        onShowWaiting: Function,
        /** Whether somebody points at a row, or scrolled away from the first ones. */
        onHold: Function,
    };

    setup() {
        this.root = useRef("root");
        // the row whose tools are there, and the one that the Tab key comes to
        this.state = useState({at: false, stop: false});
        this.menuOpen = false;
        this.pointing = false;
        // what fits without scrolling must be read without scrolling
        useEffect(
            () => this.onScroll(),
            () => [this.props.list.order.length, this.props.loading]
        );
        useEffect(
            (selected) => {
                this.state.stop = selected;
                this.reveal(selected);
            },
            () => [this.props.selected]
        );
        let timer;
        onMounted(() => {
            timer = browser.setInterval(() => this.render(true), MINUTE);
        });
        onWillUnmount(() => browser.clearInterval(timer));
        useExternalListener(document, "visibilitychange", () => {
            this.pointing = false;
            this.tell();
        });
    }

    /** Show the selected row; the keyboard's focus goes along, unless it is elsewhere. */
    reveal(id) {
        const {activeElement, body} = document;
        const row = this.root.el.querySelector(`[data-id="${Number(id)}"]`);
        row?.scrollIntoView({block: "nearest"});
        if (activeElement === body || this.root.el.contains(activeElement)) {
            row?.focus({preventScroll: true});
        }
    }

    point(pointing) {
        this.pointing = pointing;
        if (!pointing && !this.root.el.querySelector(":focus-visible")) {
            this.reach(false);
        }
        this.tell();
    }

    /** Of all rows, the Tab key comes to one; j and k or arrows go on from there. */
    get stop() {
        const {order} = this.props.list;
        return order.includes(this.state.stop) ? this.state.stop : order[0];
    }

    onFocus({target}, id) {
        this.state.stop = id;
        if (target.matches(":focus-visible")) {
            this.reach(id);
        }
    }

    /** With Shift, arrows go to another row's tools without opening its thread. */
    onKeydown(ev) {
        const way = {ArrowDown: 1, ArrowUp: -1}[ev.key];
        if (way && ev.shiftKey && !this.menuOpen) {
            const {order} = this.props.list;
            const next = order[order.indexOf(this.stop) + way];
            this.root.el.querySelector(`[data-id="${Number(next)}"]`)?.focus();
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    /** The pointer or the keyboard's focus came to a row. */
    reach(id) {
        if (!this.menuOpen) {
            this.state.at = id;
        }
    }

    onMenu(open) {
        this.menuOpen = open;
        this.tell();
    }

    tell() {
        const busy = this.pointing || this.menuOpen;
        this.props.onHold(busy || this.root.el.scrollTop > 0);
    }

    onScroll() {
        const {scrollTop, scrollHeight, clientHeight} = this.root.el;
        if (scrollHeight - clientHeight - scrollTop < NEAR) {
            this.props.onMore();
        }
        this.tell();
    }

    toFirst() {
        this.root.el.scrollTop = 0;
        this.props.onShowWaiting();
    }
}
