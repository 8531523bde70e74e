import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {SIZES} from "@web/core/ui/ui_service";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {Conversations} from "./conversations";
import {useInboxRows} from "./inbox_rows";
import {useKeys} from "./keys";
import {KeysDialog} from "./keys_dialog";
import {NewText} from "./new_text";
import {OpenThread} from "./open_thread";
import {ViewMenu} from "./view_menu";
import {viewOf} from "./views";

import {Component, onWillStart, useRef, useState} from "@odoo/owl";

const PAUSE = 250; // milliseconds without a key, after which is searched
const LAST_VIEW = "sms_inbox.view";

/** The agents' inbox: conversations, the open one, and who it is with. */
export class Inbox extends Component {
    static template = "sms_inbox.Inbox";
    static components = {Conversations, NewText, OpenThread, ViewMenu};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.ui = useState(useService("ui"));
        this.dialog = useService("dialog");
        this.searchInput = useRef("search");
        this.state = useState({
            openId: this.props.resId || false,
            starting: Boolean(this.props.action?.context?.sms_inbox_new_text),
            writing: false, // the thread was opened to write in it
            detailsOpen: false,
            typed: "",
            numberCount: 0,
        });
        this.held = false;
        this.thread = null; // what the open thread lets the keys do
        this.rows = useInboxRows({
            isHeld: () => this.held,
            kept: () => this.state.openId,
        });
        this.search = useDebounced(() => this.applySearch(), PAUSE);
        onWillStart(() => this.begin());
        this.useTheKeys();
    }

    useTheKeys() {
        const ofThread =
            (name, ...args) =>
            () =>
                this.thread?.[name](...args);
        const actions = {
            j: () => this.step(1),
            ArrowDown: () => this.step(1),
            k: () => this.step(-1),
            ArrowUp: () => this.step(-1),
            Enter: () => this.reply(),
            r: () => this.reply(),
            c: ofThread("toggleClosed"),
            s: ofThread("openSnooze"),
            a: ofThread("assign", true),
            f: ofThread("flag"),
            i: () => this.state.openId && this.toggleDetails(),
            t: ofThread("toggleTimeline"),
            n: () => this.start(),
            "/": () => this.searchInput.el?.focus(),
            "?": () => this.showKeys(),
        };
        useKeys(actions, () => this.awaitsBox);
    }

    /** The list is not waited for, so that the frame is there at once. */
    async begin() {
        this.rows.show(viewOf(browser.localStorage.getItem(LAST_VIEW)).name);
        this.rows.countAgain();
        this.state.numberCount = await this.orm.silent.searchCount("sms.inbox.number", [
            ["usage", "=", "conversation"],
        ]);
    }

    /** Whether the views have room beside the list. */
    get isWide() {
        return this.ui.size >= SIZES.XL;
    }

    /** On a phone, one pane at a time. */
    get listShown() {
        return !this.ui.isSmall || !(this.state.openId || this.state.starting);
    }

    get empty() {
        const {search, view} = this.rows.state;
        return search
            ? _t(
                  "Nothing found. Names and words are found by how they begin, numbers by any part."
              )
            : viewOf(view).empty;
    }

    chooseView(view) {
        browser.localStorage.setItem(LAST_VIEW, view);
        this.state.typed = "";
        return this.rows.show(view);
    }

    open(id) {
        if (id === this.state.openId) {
            return this.reply();
        }
        const detailsOpen = this.state.detailsOpen && !this.ui.isSmall;
        Object.assign(this.state, {
            openId: id,
            writing: false,
            starting: false,
            detailsOpen,
        });
        this.props.updateActionState?.({resId: id});
        this.rows.settle();
    }

    /** Whether somebody wants to write, and may type already, in a thread that still opens. */
    get awaitsBox() {
        return Boolean(this.state.openId && this.state.writing && !this.thread);
    }

    /** Write in the open conversation, or as soon as it has come. */
    reply() {
        if (this.thread) {
            return this.thread.reply();
        }
        this.state.writing = Boolean(this.state.openId);
    }

    leave() {
        Object.assign(this.state, {openId: false, starting: false, detailsOpen: false});
        this.props.updateActionState?.({resId: false});
        this.rows.settle();
    }

    step(by) {
        const next = this.rows.state.list.neighbour(this.state.openId, by);
        if (next) {
            this.open(next);
        }
    }

    /** The open conversation was closed or snoozed: go on with the next one. */
    async done() {
        const {list} = this.rows.state;
        const id = this.state.openId;
        const next = list.neighbour(id, 1) || list.neighbour(id, -1);
        await this.rows.refresh([id]);
        if (this.ui.isSmall || !list.gone.includes(id)) {
            return this.ui.isSmall ? this.leave() : undefined;
        }
        return next ? this.open(next) : this.leave();
    }

    /** A conversation was started: it is there to be written in. */
    started(id) {
        this.open(id);
        this.state.writing = true;
    }

    start() {
        Object.assign(this.state, {starting: true, openId: false});
        this.props.updateActionState?.({resId: false});
    }

    toggleDetails() {
        this.state.detailsOpen = !this.state.detailsOpen;
    }

    showKeys() {
        this.dialog.add(KeysDialog, {});
    }

    hold(held) {
        this.held = held;
        if (!held) {
            this.rows.settle();
        }
    }

    applySearch() {
        return this.rows.show(this.rows.state.view, this.state.typed.trim());
    }

    onSearchKeydown(ev) {
        if (ev.key === "Escape") {
            this.state.typed = "";
            this.applySearch();
            ev.target.blur();
        } else if (ev.key === "Enter") {
            this.applySearch();
            ev.target.blur();
        }
    }
}

registry.category("actions").add("sms_inbox.inbox", Inbox);
