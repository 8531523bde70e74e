import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

import {Bubble} from "../bubble/bubble";
import {formatNumber} from "../fields/number_field/format_number";
import {textRow} from "../thread/text_row";
import {withDays} from "../thread/texts";
import {useKeys} from "./keys";
import {OurNumber} from "./our_number";
import {blocksOf, useTimelineTexts} from "./timeline_texts";

import {Component, onMounted, useEffect, useRef, useState} from "@odoo/owl";

const NEAR = 80; // pixels from the oldest text

/**
 * All texts with one person, in their time, each with our number that it was with. To
 * read only: an answer is written in one of the threads.
 */
export class Timeline extends Component {
    static template = "sms_inbox.Timeline";
    static components = {Bubble, OurNumber};
    static props = {
        /** Of the thread that it was opened from. */
        id: Number,
        name: String,
        onBack: Function,
        onReplyIn: Function,
    };

    setup() {
        this.list = useRef("list");
        this.timeline = useTimelineTexts(this.props.id);
        this.state = useState({busy: false});
        useKeys({Escape: () => this.props.onBack()});
        onMounted(() => this.list.el.focus());
        useEffect(
            () => {
                // the list is drawn from the bottom up, so its zero is there
                this.list.el.scrollTop = 0;
            },
            () => [this.timeline.state.texts.at(-1)?.id]
        );
    }

    get title() {
        return _t("All texts with %s", this.props.name);
    }

    get threads() {
        return Object.fromEntries(
            this.timeline.state.threads.map((thread) => [thread.id, thread])
        );
    }

    /** Whether they text from more than one number. */
    get manyNumbers() {
        const {threads} = this.timeline.state;
        return new Set(threads.map(({contact_number: number}) => number)).size > 1;
    }

    get blocks() {
        const {threads, manyNumbers} = this;
        const momentOf = ({date}) => deserializeDateTime(date);
        const texts = withDays(this.timeline.state.texts, momentOf);
        return blocksOf(texts)
            .filter(({threadId}) => threadId in threads)
            .map((block) => {
                const thread = threads[block.threadId];
                const theirs = formatNumber(thread.contact_number);
                return {
                    ...block,
                    key: block.texts[0].id,
                    number: thread.number,
                    theirs: manyNumbers ? theirs : "",
                    label: _t("With %(our_number)s, %(their_number)s", {
                        our_number: thread.number.name,
                        their_number: theirs,
                    }),
                    texts: block.texts.map((text) =>
                        textRow({...text, media: text.media || []}, thread.name)
                    ),
                };
            });
    }

    async loadOlder() {
        if (!this.state.busy) {
            this.state.busy = true;
            try {
                await this.timeline.loadOlder();
            } finally {
                this.state.busy = false;
            }
        }
    }

    onScroll() {
        const {scrollTop, scrollHeight, clientHeight} = this.list.el;
        if (scrollHeight - clientHeight + scrollTop < NEAR) {
            this.loadOlder();
        }
    }
}
