import {_t} from "@web/core/l10n/translation";
import {Mutex} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

import {formatNumber} from "../fields/number_field/format_number";
import {useLiveIds} from "../inbox/live_ids";
import {InboxRow} from "../inbox/row";
import {ThreadBox} from "../thread/thread_box";
import {openInbox} from "../told/open_inbox";
import {startedConversation} from "./started_conversation";

import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";

/** The texts of a record beside its chatter: a thread for each of our numbers. */
export class RecordTexts extends Component {
    static template = "sms_inbox.RecordTexts";
    static components = {InboxRow, ThreadBox};
    static props = {
        model: String,
        resId: Number,
        /** Grows when the record was saved or read again. */
        version: Number,
        /** Gets how many texts there are. */
        onCount: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.mutex = new Mutex(); // a late answer must not undo a newer one
        this.state = useState({data: null, openId: false, busy: false});
        this.root = useRef("root");
        this.others = new Set(); // ids of conversations that are not this record's
        onWillStart(() => {
            this.load(); // is not waited for, so that the panel is there at once
        });
        onWillUpdateProps(({version}) => {
            if (version !== this.props.version) {
                this.others.clear();
                this.load();
            }
        });
        useLiveIds({
            onChange: (ids) => this.onChange(ids),
            onGap: () => this.load(),
        });
        // it opens below the page's end
        useEffect(
            () => {
                this.root.el.scrollIntoView({block: "nearest"});
            },
            () => [Boolean(this.state.data)]
        );
    }

    get openId() {
        return this.state.openId || this.state.data.threads[0]?.id || false;
    }

    /** Those of the record's numbers that none of its threads is with. */
    get untexted() {
        const {people, threads} = this.state.data;
        const texted = threads.map((thread) => thread.contact_number);
        return people.filter(({number}) => !texted.includes(number));
    }

    labelOf({number}) {
        return _t("Text %s", formatNumber(number));
    }

    load() {
        return this.mutex.exec(async () => {
            const {model, resId, onCount} = this.props;
            this.state.data = await this.orm.silent.call(
                "sms.inbox.conversation",
                "texts_of_record",
                [model, resId]
            );
            onCount(this.state.data.count);
        });
    }

    /** Some conversations changed; which ones are this record's, the server knows. */
    async onChange(ids) {
        if (ids.every((id) => this.others.has(id))) {
            return;
        }
        await this.load();
        const ours = this.state.data.threads.map((thread) => thread.id);
        ids.filter((id) => !ours.includes(id)).forEach((id) => this.others.add(id));
    }

    show(id) {
        this.state.openId = id;
    }

    /** Begin a thread here, or ask in a window what is not clear. */
    async start({number, partner_id: partnerId}) {
        this.state.busy = true;
        try {
            const answer = await this.orm.call("sms.inbox.start", "text_number", [
                number,
                partnerId,
            ]);
            const id = startedConversation(answer);
            await (id ? this.showStarted(id) : this.action.doAction(answer));
        } finally {
            this.state.busy = false;
        }
    }

    async showStarted(id) {
        await this.load();
        if (this.state.data.threads.some((thread) => thread.id === id)) {
            this.show(id);
        } else {
            await openInbox(this.action, {id}); // it is of another company
        }
    }
}
