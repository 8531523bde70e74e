import {_t} from "@web/core/l10n/translation";
import {useAutofocus, useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";

import {formatNumber} from "../fields/number_field/format_number";
import {TextabilityMark} from "../textability/textability_mark";
import {Avatar} from "./avatar";

import {Component, useEffect, useRef, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";
const PAUSE = 200; // milliseconds without a key

/** Begin a conversation: with whom, and from which of our numbers. */
export class NewText extends Component {
    static template = "sms_inbox.NewText";
    static components = {Avatar, TextabilityMark};
    static props = {
        onStarted: Function,
        onBack: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({
            typed: "",
            people: [],
            at: -1, // what Enter opens; -1: nothing
            problem: "",
            looked: null, // what was looked for
            undecided: false,
            person: null,
            senders: [],
            senderId: 0,
            busy: false,
        });
        this.look = useDebounced(() => this.readPeople(), PAUSE);
        useAutofocus({refName: "who", mobile: true});
        const form = useRef("senders");
        useEffect(
            (el) => el?.querySelector("input:checked")?.focus(), // Enter goes on
            () => [form.el]
        );
    }

    labelOf({number}) {
        return formatNumber(number);
    }

    get hint() {
        const {typed, looked, people, problem, undecided} = this.state;
        if (!typed.trim() || typed !== looked) {
            return "";
        }
        if (people.length) {
            return undecided
                ? _t("Choose one of them, or type the whole number to text it.")
                : "";
        }
        return (
            problem ||
            _t(
                "Nobody with a phone number is called so. Type a whole number to text it."
            )
        );
    }

    async readPeople() {
        const {typed} = this.state;
        const {people, sure, problem} = typed.trim()
            ? await this.orm.silent.call(MODEL, "inbox_whom", [typed])
            : {people: [], sure: false, problem: ""};
        if (typed === this.state.typed) {
            const at = sure ? 0 : -1;
            const found = {people, at, problem, looked: typed, undecided: false};
            Object.assign(this.state, found);
        }
    }

    /** Whom Enter opens: who was typed whole, found by name, or chosen by arrows. */
    async chooseMeant() {
        if (this.state.typed !== this.state.looked) {
            await this.readPeople(); // not those of what was typed before
        }
        const {typed, looked, people, at} = this.state;
        const person = typed === looked && people[at];
        if (person) {
            await this.choose(person);
        } else {
            this.state.undecided = true;
        }
    }

    onKeydown(ev) {
        const {people, at} = this.state;
        const keys = {
            ArrowDown: () => (this.state.at = Math.min(at + 1, people.length - 1)),
            ArrowUp: () => (this.state.at = Math.max(at - 1, 0)),
            Enter: () => this.chooseMeant(),
            Escape: () => this.props.onBack(),
        };
        if (keys[ev.key] && !ev.isComposing) {
            ev.preventDefault();
            keys[ev.key]();
        }
    }

    async choose(person) {
        const senders = await this.orm.call(MODEL, "inbox_senders", [person.number]);
        Object.assign(this.state, {person, senders, senderId: senders[0]?.id || 0});
        if (senders.length === 1) {
            await this.start();
        }
    }

    chooseAgain() {
        this.state.person = null;
    }

    async start() {
        const {person, senderId, busy} = this.state;
        if (busy) {
            return;
        }
        this.state.busy = true;
        try {
            const id = await this.orm.call(MODEL, "inbox_start", [
                senderId,
                person.number,
                person.partner_id,
            ]);
            this.props.onStarted(id);
        } finally {
            this.state.busy = false;
        }
    }
}
