import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
// the words of an e-mail are out of a selector's reach
const MESSAGE = ".o-mail-Message:contains('Ada Chen')";

tours.add("sms_inbox_unsubscribe_from_message", {
    steps: () => [
        {
            content: "Look at what can be done with the e-mail",
            trigger: MESSAGE,
            run: `hover && click ${MESSAGE} [title='Expand']`,
        },
        {
            content: "They want no more texts",
            trigger: ".o-dropdown-item:contains('Wants no more texts')",
            run: "click",
        },
        {
            content: "It is said whom that concerns",
            trigger: ".modal .o_data_row:contains('+1 202 555 0143'):contains('Ada')",
        },
        {
            content: "Confirm it",
            trigger: ".modal button[name=action_apply]:contains('Unsubscribe')",
            run: "click",
        },
        {
            content: "It is said that it is done",
            trigger: ".o_notification:contains('Unsubscribed: +1 202 555 0143')",
        },
    ],
});

tours.add("sms_inbox_refused_in_the_chatter", {
    steps: () => [
        {
            content: "Look at where the text is",
            trigger: ".o-mail-Message:contains('Hello') .o-mail-Message-notification",
            run: "click",
        },
        {
            content: "It did not leave, and why",
            trigger:
                ".o-mail-MessageNotificationPopover:contains('Ada'):contains('Wants no texts from you')",
        },
    ],
});
