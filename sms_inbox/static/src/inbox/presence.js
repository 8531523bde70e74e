import {browser} from "@web/core/browser/browser";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

import {onMounted, onWillUnmount, useExternalListener, useState} from "@odoo/owl";

const EVENT = "sms_inbox.presence";
const BEAT_MS = 20_000; // how often it is said that one is still there
const FORGET_MS = 45_000; // who says nothing for so long has left
const TYPING_MS = 6000; // how long one word of typing holds
const TYPING_EVERY_MS = 3000;

/**
 * Who else has a conversation open, and who of them types. Only those who may read it
 * hear of it, and nothing of it is kept.
 *
 * @param {number} id
 */
export function usePresence(id) {
    const bus = useService("bus_service");
    const orm = useService("orm");
    const channel = `sms_inbox.presence_${id}`;
    const state = useState({others: {}}); // by user: name, and until when
    let typedAt = 0;

    const say = (doing, asks = false) =>
        orm.silent
            .call("sms.inbox.conversation", "inbox_presence", [[id], doing, asks])
            .catch(() => {}); // an extra: texting goes on without it

    const hear = ({conversation_id: about, user_id: who, name, doing, asks}) => {
        if (about !== id || who === user.userId) {
            return;
        }
        const now = Date.now();
        if (doing === "gone") {
            delete state.others[who];
        } else {
            const typing = doing === "typing" ? now + TYPING_MS : 0;
            state.others[who] = {name, until: now + FORGET_MS, typing};
        }
        if (asks && !document.hidden) {
            say("here");
        }
    };
    const tidy = () => {
        const now = Date.now();
        for (const [who, other] of Object.entries(state.others)) {
            if (other.until < now) {
                delete state.others[who];
            } else if (other.typing && other.typing < now) {
                other.typing = 0;
            }
        }
    };
    let timers = [];

    useExternalListener(document, "visibilitychange", () => {
        say(document.hidden ? "gone" : "here", !document.hidden);
    });
    onMounted(() => {
        bus.subscribe(EVENT, hear);
        bus.addChannel(channel);
        bus.start();
        say("here", true);
        timers = [
            browser.setInterval(() => document.hidden || say("here"), BEAT_MS),
            browser.setInterval(tidy, 1000),
        ];
    });
    onWillUnmount(() => {
        timers.forEach((timer) => browser.clearInterval(timer));
        bus.unsubscribe(EVENT, hear);
        bus.deleteChannel(channel);
        say("gone");
    });

    return {
        state,
        typed() {
            if (Date.now() - typedAt > TYPING_EVERY_MS) {
                typedAt = Date.now();
                say("typing");
            }
        },
    };
}
