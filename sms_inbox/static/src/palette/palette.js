import {browser} from "@web/core/browser/browser";
import {DefaultCommandItem} from "@web/core/commands/command_palette";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

import {formatNumber} from "../fields/number_field/format_number";
import {startedConversation} from "../records_panel/started_conversation";
import {openInbox} from "../told/open_inbox";

import {Component} from "@odoo/owl";

const PAUSE = 200; // milliseconds without a key, after which is asked
const FEWEST = 2; // letters or digits that are looked for

/** A person who can be texted, or not, as a row of the command palette. */
export class PersonCommand extends Component {
    static template = "sms_inbox.PersonCommand";
    static props = {...DefaultCommandItem.props, person: Object};

    get number() {
        return formatNumber(this.props.person.number);
    }

    get words() {
        return _t("Text %s", this.props.person.name || this.number);
    }
}

/**
 * What stands behind the word "text" at the beginning; null where it begins otherwise.
 *
 * @param {string} typed
 * @returns {string|null}
 */
export function whomToText(typed) {
    const [word, ...whom] = typed.trimStart().split(" ");
    const isMeant = word.toLowerCase() === _t("text").toString().toLowerCase();
    return isMeant && whom.length ? whom.join(" ").trim() : null;
}

let turn = 0; // of the last question

/** The rows for a name or a number; none where something else was typed meanwhile. */
async function peopleCommands(env, whom, searchValue) {
    const mine = ++turn;
    if (whom.length < FEWEST) {
        return [];
    }
    await new Promise((resolve) => browser.setTimeout(resolve, PAUSE));
    if (mine !== turn) {
        return [];
    }
    const people = await env.services.orm.silent.call(
        "sms.inbox.conversation",
        "palette_people",
        [whom]
    );
    return people.map((person) => ({
        Component: PersonCommand,
        action: () => text(env, person),
        // the palette looks for what was typed in it; the server found already
        name: searchValue,
        props: {person},
    }));
}

async function text(env, {number, partner_id: partnerId}) {
    const {action, orm} = env.services;
    const answer = await orm.call("sms.inbox.start", "text_number", [
        number,
        partnerId,
    ]);
    const id = startedConversation(answer);
    // is not waited for: the palette closes first
    if (id) {
        openInbox(action, {id});
    } else {
        action.doAction(answer);
    }
}

/** Ask whom to text, in the palette itself. */
function askCommand() {
    const provide = (env, {searchValue = ""}) =>
        peopleCommands(env, searchValue.trim(), searchValue);
    return {
        name: _t("Text somebody"),
        category: "default",
        action: () => ({
            providers: [{provide}],
            configByNamespace: {
                default: {
                    placeholder: _t("A name, or a number with its country code"),
                    emptyMessage: _t(
                        "Type a name, or a whole number with its country code."
                    ),
                },
            },
        }),
    };
}

registry.category("command_provider").add("sms_inbox.text", {
    provide(env, {searchValue = ""}) {
        if (!session.sms_inbox_user) {
            return [];
        }
        const whom = whomToText(searchValue);
        return whom ? peopleCommands(env, whom, searchValue) : [askCommand()];
    },
});
