import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const inColumn = (column, name) =>
    `.o_kanban_group:contains('${column}') .o_kanban_record:contains('${name}')`;

tours.add("sms_inbox_board", {
    steps: () => [
        {
            content: "Who waits too long stands first, and it is said in words",
            trigger:
                ".o_kanban_group:first .o_kanban_record:first:contains('Ada Chen')" +
                ":contains('overdue by')",
        },
        {
            content: "Open the menu of the card",
            trigger: inColumn("Needs reply", "Ada Chen"),
            run: "hover && click .o_kanban_record:contains('Ada Chen') .o_dropdown_kanban button",
        },
        {
            content: "Put it off",
            trigger: ".dropdown-item:contains('Tomorrow morning')",
            run: "click",
        },
        {
            content: "It is out of the way",
            trigger: inColumn("Snoozed", "Ada Chen"),
        },
        {
            content: "A mere thanks is probably done: confirm it",
            trigger: `${inColumn("Needs reply", "Probably done")} button:contains('Done')`,
            run: "click",
        },
        {
            content: "Nobody waits any more, and what is closed is folded and counted",
            trigger:
                ".o_kanban_group:first:not(:has(.o_kanban_record)) ~ " +
                ".o_column_folded:contains('Closed')",
        },
        {
            content: "Look at all of them as a list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "Mark one",
            trigger: ".o_data_row:contains('Ada Chen') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Several can be handled at once",
            trigger: ".o_control_panel button:contains('Reopen')",
            run: "click",
        },
        {
            content: "It needs a reply again",
            trigger: ".o_data_row:contains('Ada Chen'):contains('Needs reply')",
        },
    ],
});

tours.add("sms_inbox_board_by_agent", {
    steps: () => [
        {
            content: "Show who has what",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "In a column for everyone",
            trigger: ".o_group_by_menu .o_menu_item:contains('Assigned to')",
            run: "click",
        },
        {
            content: "What is closed says so among what is not",
            trigger: ".o_kanban_record:contains('Ada Chen') .badge:contains('Closed')",
        },
        {
            content: "What is open does not",
            trigger:
                ".o_kanban_record:not(:contains('Ada Chen')):not(:contains('Closed'))",
        },
    ],
});
