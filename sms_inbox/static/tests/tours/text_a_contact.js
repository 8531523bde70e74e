import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("sms_inbox_text_a_contact", {
    steps: () => [
        {
            content: "Text the contact",
            trigger: "button[name=action_sms_inbox_text]",
            run: "click",
        },
        {
            content: "It is said who texts whom",
            trigger:
                ".o_sms_inbox_composer:contains('From Sales'):contains('+1 202 555 0143')",
        },
        {
            content: "Write",
            trigger: ".o_sms_inbox_composer textarea:focus",
            run: "edit Your <b>bike</b> is ready",
        },
        {
            content: "Send with Enter",
            trigger: ".o_sms_inbox_composer textarea:value('ready')",
            run: "press Enter",
        },
        {
            content: "The text is in the thread, as it was written, and waits to leave",
            trigger:
                ".o_sms_inbox_mine:contains('Your <b>bike</b> is ready') [data-state=queued]",
        },
        {
            content: "The box is empty again",
            trigger: ".o_sms_inbox_composer:not(:contains('character'))",
        },
    ],
});

tours.add("sms_inbox_answer_on_the_phone", {
    steps: () => [
        {
            content: "The phone shows the sender's number, and nobody's name",
            trigger:
                ".o_sms_inbox_phone_row:contains('415'):contains('is ready'):not(:contains('Sales'))",
            run: "click",
        },
        {
            content: "The text is there",
            trigger: ".o_sms_inbox_phone_thread .o_sms_inbox_body:contains('is ready')",
        },
        {
            content: "Answer",
            trigger: ".o_sms_inbox_phone_thread textarea",
            run: "edit I will be there at 5",
        },
        {
            content: "Send the answer",
            trigger: ".o_sms_inbox_send:enabled",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_sms_inbox_phone_thread:contains('On its way')",
        },
    ],
});

tours.add("sms_inbox_read_the_answer", {
    steps: () => [
        {
            content: "The answer waits on the board",
            trigger: ".o_kanban_record:contains('I will be there at 5')",
            run: "click",
        },
        {
            content: "Ours was delivered, and theirs came",
            trigger: ".o_sms_inbox_mine:contains('is ready') [data-state=delivered]",
        },
        {
            content: "Their answer is on their side",
            trigger:
                ".o_sms_inbox_bubble:not(.o_sms_inbox_mine):contains('I will be there at 5')",
        },
    ],
});
