import {_t} from "@web/core/l10n/translation";
import {getDataURLFromFile} from "@web/core/utils/urls";

import {Bubble} from "../bubble/bubble";
import {Composer} from "../composer/composer";
import {withDays} from "../thread/texts";

import {Component, useEffect, useRef, useState} from "@odoo/owl";

const MOST_FILES = 10;

async function readFile(file) {
    const address = await getDataURLFromFile(file);
    return {name: file.name, content: address.split(",")[1] || ""};
}

/** One thread on a phone, and a box to answer in its owner's place. */
export class PhoneThread extends Component {
    static template = "sms_inbox.PhoneThread";
    static components = {Bubble, Composer};
    static props = {
        thread: Object,
        draftOf: String,
        onBack: Function,
        onSend: Function,
    };

    setup() {
        this.list = useRef("list");
        this.state = useState({onItsWay: 0});
        useEffect(
            () => {
                this.list.el.scrollTop = 0;
            },
            () => [this.props.thread.texts.at(-1)?.id]
        );
    }

    get rows() {
        const momentOf = (text) => luxon.DateTime.fromISO(text.at);
        return withDays(this.props.thread.texts, momentOf).map((text) => ({
            ...text,
            from: text.mine ? "" : this.props.thread.pretty,
            who: text.mine ? _t("This phone wrote:") : _t("They wrote:"),
        }));
    }

    get answers() {
        return this.props.thread.texts.filter((text) => text.mine).length;
    }

    get label() {
        return _t("You answer in their place");
    }

    /** Whether an answer has left the phone and is not in its thread yet. */
    get isOnItsWay() {
        return this.answers < this.state.onItsWay;
    }

    get attaching() {
        return {most: MOST_FILES, reason: "", keep: readFile, drop: () => {}};
    }

    async send(body, _uuid, files) {
        const expected = Math.max(this.answers, this.state.onItsWay) + 1;
        await this.props.onSend(body, files);
        this.state.onItsWay = expected;
    }
}
