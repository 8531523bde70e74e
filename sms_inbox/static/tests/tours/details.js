import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const BLOCK = ".o_sms_inbox_timeline .o_sms_inbox_block";
const FIRST = `${BLOCK}:first:contains('When is my bike ready?'):contains('Service')`;
const LAST = `${BLOCK}:last:contains('Do you sell helmets?'):contains('Sales')`;

tours.add("sms_inbox_all_texts", {
    steps: () => [
        {
            content: "Look at all of the team's",
            trigger: ".o_sms_inbox_views [data-view=team]",
            run: "click",
        },
        {
            content: "Open what they wrote to sales",
            trigger: ".o_sms_inbox_row:contains('helmets')",
            run: "click",
        },
        {
            content: "Their other thread is one click away, by its label; t shows all",
            trigger: ".o_sms_inbox_other_thread:contains('Service')",
            run: "press t",
        },
        {
            content: "The first text says that it is with service",
            trigger: FIRST,
        },
        {
            content: "And the last one that it is with sales; nothing can be written",
            trigger: `.o_sms_inbox_pane:not(:has(textarea)) ${LAST}`,
            run: "press Escape",
        },
        {
            content: "Escape leads back to the thread",
            trigger: ".o_sms_inbox_pane .o_sms_inbox_reply textarea:not(:focus)",
        },
        {
            content: "All texts again",
            trigger: ".o_sms_inbox_to_timeline[aria-pressed=false]",
            run: "click",
        },
        {
            content: "Reply to the first one",
            trigger: `${BLOCK}:first .o_sms_inbox_reply_in`,
            run: "click",
        },
        {
            content: "That is in the other thread",
            trigger: ".o_sms_inbox_reply:contains('From Service') textarea:focus",
            run: "edit At 5",
        },
        {
            content: "Send",
            trigger: ".o_sms_inbox_reply textarea:value('At 5')",
            run: "press Enter",
        },
        {
            content: "It is there",
            trigger: ".o_sms_inbox_mine:contains('At 5')",
        },
    ],
});

tours.add("sms_inbox_all_texts_on_a_phone", {
    steps: () => [
        {
            content: "Choose a view",
            trigger: ".o_sms_inbox_view_toggle",
            run: "click",
        },
        {
            content: "All of the team's",
            trigger: "[data-view=team]",
            run: "click",
        },
        {
            content: "Open what they wrote to sales",
            trigger: ".o_sms_inbox_row:contains('helmets')",
            run: "click",
        },
        {
            content: "Who is it?",
            trigger: ".o_sms_inbox_toggle_details",
            run: "click",
        },
        {
            content: "All texts",
            trigger: ".o_sms_inbox_details .o_sms_inbox_show_timeline",
            run: "click",
        },
        {
            content: "They have the screen",
            trigger: `.o_sms_inbox:not(:has(.o_sms_inbox_details)) ${FIRST}`,
        },
        {
            content: "Back to the thread",
            trigger: ".o_sms_inbox_timeline_back",
            run: "click",
        },
        {
            content: "The other thread, from the pane",
            trigger:
                ".o_sms_inbox:not(:has(.o_sms_inbox_timeline)) .o_sms_inbox_toggle_details",
            run: "click",
        },
        {
            content: "It is another thread by its label",
            trigger: "button.o_sms_inbox_other:contains('Service')",
            run: "click",
        },
        {
            content: "It has the screen",
            trigger:
                ".o_sms_inbox:not(:has(.o_sms_inbox_details)) .o_sms_inbox_pane:contains('When is my bike ready?')",
        },
    ],
});

tours.add("sms_inbox_details", {
    steps: () => [
        {
            content: "Look at all of the team's",
            trigger: ".o_sms_inbox_views [data-view=team]",
            run: "click",
        },
        {
            content: "Open it",
            trigger: ".o_sms_inbox_row:contains('Ada Chen')",
            run: "click",
        },
        {
            content: "The pane is folded until i is pressed",
            trigger: ".o_sms_inbox:not(:has(.o_sms_inbox_details)) .o_sms_inbox_pane",
            run: "press i",
        },
        {
            content: "The focus is in it; the activity is done",
            trigger:
                ".o_sms_inbox_details:focus .o_sms_inbox_activity:contains('Call'):contains('Today') .o_sms_inbox_activity_done",
            run: "click",
        },
        {
            content: "It is gone; whoever is to do something follows, and may leave",
            trigger:
                ".o_sms_inbox_details:not(:has(.o_sms_inbox_activity)):has(.o_sms_inbox_follower) .o_sms_inbox_follow",
            run: "click",
        },
        {
            content: "And follow again",
            trigger:
                ".o_sms_inbox_details:not(:has(.o_sms_inbox_follower)) .o_sms_inbox_follow",
            run: "click",
        },
        {
            content: "One follows, and nobody was asked about texts yet",
            trigger:
                ".o_sms_inbox_details:has(.o_sms_inbox_follower):contains('Not asked') .o_sms_inbox_follow:contains('Unfollow')",
            run: "press i",
        },
        {
            content: "It is folded again",
            trigger: ".o_sms_inbox:not(:has(.o_sms_inbox_details)) .o_sms_inbox_pane",
        },
    ],
});

tours.add("sms_inbox_new_to_them", {
    steps: () => [
        {
            content: "It is said that this is a new thread",
            trigger: ".o_sms_inbox_new_thread:contains('they know you as')",
        },
        {
            content: "Have a look at the threads that they have",
            trigger: ".o_sms_inbox_new_thread button",
            run: "click",
        },
        {
            content: "Both are there, and this one",
            trigger:
                ".o_sms_inbox_their_threads:contains('Sales'):contains('Service'):contains('this thread')",
        },
        {
            content: "Asking again does not fold them",
            trigger: ".o_sms_inbox_new_thread button",
            run: "click",
        },
        {
            content: "They are still there",
            trigger: ".o_sms_inbox_their_threads",
        },
    ],
});
