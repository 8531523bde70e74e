import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const SELECTED = ".o_sms_inbox_row[aria-current=true]";

tours.add("sms_inbox_answer_in_the_inbox", {
    steps: () => [
        {
            content: "Look at who waits on us",
            trigger: ".o_sms_inbox_views [data-view=waiting]",
            run: "click",
        },
        {
            content: "Who waits is there, with what they wrote, unread",
            trigger:
                ".o_sms_inbox_row.o_sms_inbox_unread:contains('Ada Chen'):contains('Is my bike ready?')",
            run: "click",
        },
        {
            content: "It is read, and waits still",
            trigger: `${SELECTED}:not(.o_sms_inbox_unread):has(.fa-clock-o)`,
        },
        {
            content: "The text is in the thread; r begins an answer",
            trigger:
                ".o_sms_inbox_pane .o_sms_inbox_body:contains('Is my bike ready?')",
            run: "press r",
        },
        {
            content: "Write",
            trigger: ".o_sms_inbox_reply textarea:focus",
            run: "edit Yes, <b>come</b> by",
        },
        {
            content: "Send with Enter",
            trigger: ".o_sms_inbox_reply textarea:value('come')",
            run: "press Enter",
        },
        {
            content: "It is in the thread, as it was written",
            trigger:
                ".o_sms_inbox_mine:contains('Yes, <b>come</b> by') [data-state=queued]",
        },
        {
            content: "A note is for the team",
            trigger: ".o_sms_inbox_to_note",
            run: "click",
        },
        {
            content: "Write the note",
            trigger: ".o_sms_inbox_noting textarea",
            run: "edit Wants the <i>blue</i> one",
        },
        {
            content: "Add it",
            trigger: ".o_sms_inbox_noting textarea:value('blue')",
            run: "press Enter",
        },
        {
            content: "It stands between the texts",
            trigger: ".o_sms_inbox_note:contains('Wants the <i>blue</i> one')",
        },
        {
            content: "Out of the box",
            trigger: ".o_sms_inbox_noting textarea",
            run: "press Escape",
        },
        {
            content: "Flag it with f",
            trigger: ".o_sms_inbox_pane:not(:has(textarea:focus))",
            run: "press f",
        },
        {
            content: "It is flagged; take it with a",
            trigger: ".o_sms_inbox_flag[aria-pressed=true]",
            run: "press a",
        },
        {
            content: "It is assigned; close it with c",
            trigger: ".o_sms_inbox_assignee",
            run: "press c",
        },
        {
            content: "It is gone from the list",
            trigger: ".o_sms_inbox_no_rows",
        },
        {
            content: "It is among the closed ones",
            trigger: ".o_sms_inbox_views [data-view=closed]",
            run: "click",
        },
        {
            content: "Open it",
            trigger: ".o_sms_inbox_row:contains('Ada Chen')",
            run: "click",
        },
        {
            content: "Snooze it with s",
            trigger: ".o_sms_inbox_reopen",
            run: "press s",
        },
        {
            content: "Until tomorrow",
            trigger: "[data-time=tomorrow]",
            run: "click",
        },
        {
            content: "It is among the snoozed ones",
            trigger: ".o_sms_inbox_views [data-view=snoozed]:contains('1')",
            run: "click",
        },
        {
            content: "With its time",
            trigger: ".o_sms_inbox_row:contains('Ada Chen'):contains('until')",
        },
    ],
});

tours.add("sms_inbox_text_anyone", {
    steps: () => [
        {
            content: "Nothing is there, and it is said what to do",
            trigger: ".o_sms_inbox_no_rows, .o_sms_inbox_row",
        },
        {
            content: "Begin a text",
            trigger: ".o_sms_inbox_start_new",
            run: "click",
        },
        {
            content: "To somebody new, by number",
            trigger: "#o_sms_inbox_who:focus",
            run: "edit (202) 555-0188",
        },
        {
            content: "Choose the number",
            trigger: ".o_sms_inbox_person:contains('+1 202 555 0188')",
            run: "click",
        },
        {
            content: "Our one number is chosen by itself: write",
            trigger: ".o_sms_inbox_reply textarea:focus",
            run: "edit Hello",
        },
        {
            content: "Send",
            trigger: ".o_sms_inbox_send:enabled",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_sms_inbox_mine:contains('Hello')",
        },
    ],
});

tours.add("sms_inbox_on_a_phone", {
    steps: () => [
        {
            content: "The list has the screen",
            trigger:
                ".o_sms_inbox:not(:has(.o_sms_inbox_pane)) .o_sms_inbox_view_toggle",
            run: "click",
        },
        {
            content: "All of the team's",
            trigger: "[data-view=team]",
            run: "click",
        },
        {
            content: "Open a conversation",
            trigger: ".o_sms_inbox_row:contains('Ada Chen')",
            run: "click",
        },
        {
            content: "It has the screen alone",
            trigger:
                ".o_sms_inbox:not(:has(.o_sms_inbox_list)) .o_sms_inbox_pane:contains('Is my bike ready?')",
        },
        {
            content: "Who is it?",
            trigger: ".o_sms_inbox_toggle_details",
            run: "click",
        },
        {
            content: "The threads on their phone",
            trigger: ".o_sms_inbox_details .o_sms_inbox_other:contains('Sales')",
        },
        {
            content: "Fold it",
            trigger: ".o_sms_inbox_details button[title=Fold]",
            run: "click",
        },
        {
            content: "Back to the list",
            trigger: ".o_sms_inbox_pane:visible .o_sms_inbox_back",
            run: "click",
        },
        {
            content: "The list is there again",
            trigger: ".o_sms_inbox_list .o_sms_inbox_row:contains('Ada Chen')",
        },
    ],
});
