import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {HandsetPicker} from "../handset_picker/handset_picker";
import {useLiveReload} from "../live_views/live_reload";
import {PhoneList} from "../phone_list/phone_list";
import {PhoneThread} from "../phone_thread/phone_thread";

import {Component, onWillStart, useState} from "@odoo/owl";

/** The sandbox's phone: what recipients of texts of sandbox accounts see. */
export class Phone extends Component {
    static template = "sms_inbox.Phone";
    static components = {HandsetPicker, Layout, PhoneList, PhoneThread};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.display = {controlPanel: {}};
        this.state = useState({
            handsets: [],
            lines: [],
            handset: "",
            threads: [],
            line: "", // of the open thread
        });
        onWillStart(async () => {
            [this.state.lines] = await Promise.all([this.ask("lines"), this.reload()]);
        });
        useLiveReload({reload: () => this.reload()});
    }

    get thread() {
        const {line, lines, threads} = this.state;
        const known = threads.find((thread) => thread.line === line);
        const fresh = lines.find((choice) => choice.line === line);
        return known || (fresh && {...fresh, texts: []});
    }

    /** Our numbers that this phone has no thread with. */
    get otherLines() {
        const known = this.state.threads.map((thread) => thread.line);
        return this.state.lines.filter(({line}) => !known.includes(line));
    }

    ask(method, ...args) {
        return this.orm.call("sms.inbox.phone", method, args);
    }

    async reload() {
        this.state.handsets = await this.ask("handsets");
        this.state.handset ||= this.state.handsets[0]?.number || "";
        await this.loadThreads();
    }

    async loadThreads() {
        const {handset} = this.state;
        const threads = handset ? await this.ask("threads", handset) : [];
        if (handset === this.state.handset) {
            this.state.threads = threads;
        }
    }

    async chooseHandset(handset) {
        Object.assign(this.state, {handset, threads: [], line: ""});
        await this.loadThreads();
    }

    openThread(line) {
        this.state.line = line;
    }

    closeThread() {
        this.state.line = "";
    }

    answer(body, pictures) {
        const {account_id: accountId, line} = this.thread;
        return this.env.services.orm.call("sms.inbox.account", "sandbox_receive", [
            [accountId],
            line,
            this.state.handset,
            body,
            pictures,
        ]);
    }
}

registry.category("actions").add("sms_inbox.phone", Phone);
