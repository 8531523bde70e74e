import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

import {withFewClicks} from "@sms_inbox/../tests/clicks";

const tours = registry.category("web_tour.tours");

/** Odoo's home screen, the apps; in Odoo Community a menu that unfolds. */
const HOME = {
    desktop: () => [stepUtils.showAppsMenuItem()],
    phone: () => [
        {
            content: "Unfold the menu",
            trigger: ".o_menu_toggle",
            run: "click",
        },
        {
            content: "All apps",
            trigger: ".o_app_menu_sidebar a:contains('All Apps')",
            run: "click",
        },
    ],
};

const OPEN = {
    content: "Open SMS Inbox",
    trigger: ".o_app[data-menu-xmlid='sms_inbox.sms_inbox_menu_root']",
    run: "click",
};

const row = (name) => `.o_sms_inbox_rows li:contains('${name}')`;

const TEXT_A_CONTACT = [
    OPEN,
    {
        content: "Begin a text",
        trigger: ".o_sms_inbox_start_new",
        run: "click",
    },
    {
        content: "To whom?",
        trigger: "#o_sms_inbox_who:focus",
        run: "edit Ada",
    },
    {
        content: "To her",
        trigger: ".o_sms_inbox_person:contains('Ada Chen')",
        run: "click",
    },
    {
        content: "Write",
        trigger: ".o_sms_inbox_reply textarea:focus",
        run: "edit Your bike is ready",
    },
    {
        content: "Send with Enter",
        trigger: ".o_sms_inbox_reply textarea:value('ready')",
        run: "press Enter",
    },
    {
        content: "It is on its way",
        trigger: ".o_sms_inbox_mine:contains('Your bike is ready')",
    },
];

const WAITS_LONGEST = {
    content: "Who waits longest stands first, and it is said since when",
    trigger: ".o_sms_inbox_rows li:first:contains('Omar Haddad'):has(.fa-clock-o)",
};

const HAND_TO_BEN = {
    content: "Hand it to Ben",
    trigger: ".o-dropdown--menu [data-user]:contains('ben')",
    run: "click",
};

const UNSUBSCRIBE_HER = [
    {
        content: "It is said whom that concerns; confirm it",
        trigger: ".modal:contains('+1 202 555 0143') button[name=action_apply]",
        run: "click",
    },
    {
        content: "It is said that it is done",
        trigger: ".o_notification:contains('Unsubscribed: +1 202 555 0143')",
    },
];

/** Add a task's tour, which a newcomer has to get through with few clicks. */
function addTask(name, home, steps, most) {
    tours.add(`sms_inbox_task_${name}`, {
        steps: () => [...home(), ...withFewClicks(steps, most)],
    });
}

addTask("text_a_contact", HOME.desktop, TEXT_A_CONTACT);
addTask("text_a_contact_on_a_phone", HOME.phone, TEXT_A_CONTACT);

addTask("find_who_waits_longest", HOME.desktop, [
    OPEN,
    {
        content: "Look at who waits on us",
        trigger: ".o_sms_inbox_views [data-view=waiting]",
        run: "click",
    },
    WAITS_LONGEST,
]);

addTask("find_who_waits_longest_on_a_phone", HOME.phone, [
    OPEN,
    {
        content: "Unfold the views",
        trigger: ".o_sms_inbox_view_toggle",
        run: "click",
    },
    {
        content: "Look at who waits on us",
        trigger: "[data-view=waiting]",
        run: "click",
    },
    WAITS_LONGEST,
]);

addTask("hand_over", HOME.desktop, [
    OPEN,
    {
        content: "A conversation of mine",
        trigger: row("Ada Chen"),
        run: "hover",
    },
    {
        content: "Hand it over",
        trigger: ".o_sms_inbox_hand_over",
        run: "click",
    },
    HAND_TO_BEN,
    {
        content: "It is said that it is his, and it is not among mine any more",
        trigger: ".o_notification:contains('Ada Chen is with ben')",
    },
]);

addTask("unsubscribe", HOME.desktop, [
    OPEN,
    {
        content: "Somebody who told us that she wants no more texts",
        trigger: row("Ada Chen"),
        run: "hover",
    },
    {
        content: "Unsubscribe her",
        trigger: ".o_sms_inbox_row_unsubscribe",
        run: "click",
    },
    ...UNSUBSCRIBE_HER,
]);

// a finger rests on nothing: the thread is opened first, and its menus after it
const OPEN_HERS = [
    OPEN,
    {
        content: "Open the conversation",
        trigger: ".o_sms_inbox_row:contains('Ada Chen')",
        run: "click",
    },
];

addTask(
    "hand_over_on_a_phone",
    HOME.phone,
    [
        ...OPEN_HERS,
        {
            content: "Hand it over",
            trigger: ".o_sms_inbox_assign",
            run: "click",
        },
        HAND_TO_BEN,
        {
            content: "It says whose it is",
            trigger: ".o_sms_inbox_assign[aria-label^='Assigned to ben']",
        },
    ],
    4
);

addTask(
    "unsubscribe_on_a_phone",
    HOME.phone,
    [
        ...OPEN_HERS,
        {
            content: "Look at what is known of her",
            trigger: ".o_sms_inbox_toggle_details",
            run: "click",
        },
        {
            content: "Unsubscribe her",
            trigger: ".o_sms_inbox_unsubscribe",
            run: "click",
        },
        ...UNSUBSCRIBE_HER,
    ],
    5
);
