from odoo import api, models

from .sms_inbox_outlook import SAMPLE

LIMITS = ("second", "minute", "day", "recipients", "never")  # what may hold texts up


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxOutlook(models.AbstractModel):
    """The forecast of a bulk text in the user's words."""

    _inherit = "sms.inbox.outlook"

    @api.model
    def _html(self, figures, kept=False):
        """The forecast as a person reads it.

        :param kept: it was made some time ago, when the texts were sent
        """
        if not figures:
            return False
        texts = figures.get("texts")
        return self.env["ir.qweb"]._render(
            "sms_inbox.bulk_outlook",
            {
                "kept": kept,
                "figures": figures,
                "headline": self._headline(figures),
                "lines": self._lines(figures),
                "left_out": self._left_out_words(figures.get("left_out") or {}),
                "helps": [] if kept or not texts else self._helps(figures),
            },
        )

    @api.model
    def _headline(self, figures):
        texts = figures.get("texts", 0)
        if not texts:
            return self.env._("Nobody will get a text.")
        if figures.get("ends") is None:
            return self.env._("Some of these texts would never leave.")
        if figures.get("expired", 0) >= texts:
            return self.env._("None of these texts would leave in time.")
        clock = self.env["sms.inbox.capacity"]._clock
        if figures["ends"] - figures["begins"] < 60:
            return self.env._(
                "The last text leaves about %s, within a minute.",
                clock(figures["ends"]),
            )
        return self.env._(
            "The last text leaves about %(time)s, after %(duration)s.",
            time=clock(figures["ends"]),
            duration=self._duration(figures["ends"] - figures["begins"]),
        )

    @api.model
    def _lines(self, figures):
        """What there is to know, one sentence each."""
        if not figures.get("texts"):
            return []
        lines = [self._counted(figures), self._doubled(figures)]
        lines += [self._costs_about(figures), self._bottleneck(figures)]
        lines += [self._expired(figures), self._left_over(figures)]
        lines.append(self._held(figures.get("undecided", 0)))
        if figures.get("sampled"):
            lines.append(
                self.env._(
                    "With so many people, lengths are counted on a sample of %s texts.",
                    self._n(SAMPLE),
                )
            )
        return [line for line in lines if line]

    @api.model
    def _counted(self, figures):
        texts, parts = figures["texts"], figures["segments"]
        if texts == 1:
            return self._counted_one(parts)
        if texts == parts:
            return self.env._(
                "%s texts, each short enough to count once.", self._n(texts)
            )
        return self.env._(
            "%(texts)s texts that count as %(parts)s, because carriers count a long "
            "text as several (the longest of these as %(longest)s).",
            texts=self._n(texts),
            parts=self._n(parts),
            longest=figures["longest"],
        )

    @api.model
    def _held(self, undecided):
        if not undecided:
            return ""
        if undecided == 1:
            return self.env._(
                "One of them may want no texts: theirs waits until somebody decides."
            )
        return self.env._(
            "%s of them may want no texts: theirs wait until somebody decides.",
            self._n(undecided),
        )

    @api.model
    def _counted_one(self, parts):
        if parts == 1:
            return self.env._("One text, short enough to count once.")
        return self.env._(
            "One text that counts as %s, because carriers count long texts as several.",
            parts,
        )

    @api.model
    def _costs_about(self, figures):
        if not figures.get("cost"):
            return ""
        currency = self.env["res.currency"].browse(figures["currency_id"])
        return self.env._("The cost is about %s.", currency.format(figures["cost"]))

    @api.model
    def _doubled(self, figures):
        without, parts = figures["segments_without"], figures["segments"]
        if without >= parts:
            return ""
        values = {
            "characters": " ".join(figures["characters"]),
            "without": self._n(without),
            "parts": self._n(parts),
        }
        if figures["in_names"]:
            return self.env._(
                "Letters such as %(characters)s make some texts count as more. Without "
                "them all would count as %(without)s instead of %(parts)s.",
                **values,
            )
        return self.env._(
            "%(characters)s makes each text count as more. Without it they would "
            "count as %(without)s instead of %(parts)s.",
            **values,
        )

    @api.model
    def _bottleneck(self, figures):
        rule = figures["rule"]
        if rule == "quiet_hours":
            return self.env._(
                "What holds it up: the hours in which nobody may be texted where they "
                "live."
            )
        if rule not in LIMITS:
            return ""
        # sudo: sms.inbox.limit - the level of a limit of the user's own number
        limit_sudo = self.env["sms.inbox.limit"].sudo().browse(figures["limit_id"])
        return self.env._(
            "What holds it up: %s.", self._limit(limit_sudo.exists().level, rule)
        )

    @api.model
    def _limit(self, level, rule):
        most = {
            "second": self.env._("how many texts a second can leave"),
            "minute": self.env._("how many texts a minute can leave"),
            "day": self.env._("how many texts a day can leave"),
            "recipients": self.env._("how many new people a day can be texted"),
            "never": self.env._("how long a text can be"),
        }[rule]
        return {
            "campaign": self.env._("%s from all numbers of the campaign", most),
            "brand": self.env._("%s from all numbers of the brand", most),
            "account": self.env._("%s from the whole carrier account", most),
        }.get(level) or self.env._("%s from one number", most)

    @api.model
    def _expired(self, figures):
        """How many are not sent because they would be too late."""
        count = figures.get("expired")
        if not count:
            return ""
        if figures["end"]:
            return self._expired_by(count, figures["end"])
        if count == 1:
            return self.env._(
                "One text would be too late and is not sent, because notices end with "
                "the hours in which people may be texted. As bulk it would go on the "
                "next day."
            )
        return self.env._(
            "%s of them would be too late and are not sent, because notices end with "
            "the hours in which people may be texted. As bulk they would go on the "
            "next day.",
            self._n(count),
        )

    @api.model
    def _expired_by(self, count, end):
        time = self.env["sms.inbox.capacity"]._clock(end)
        if count == 1:
            return self.env._(
                "One text cannot leave in time, by %s at the latest, and is not sent.",
                time,
            )
        return self.env._(
            "%(count)s of them cannot leave in time, by %(time)s at the latest, and "
            "are not sent.",
            count=self._n(count),
            time=time,
        )

    @api.model
    def _left_over(self, figures):
        if figures["never"]:
            return self._never(figures["never"])
        if figures["after_today"]:
            return self._not_today(figures["after_today"])
        return ""

    @api.model
    def _never(self, count):
        if count == 1:
            return self.env._("One text can never leave from these numbers.")
        return self.env._(
            "%s of them can never leave from these numbers.", self._n(count)
        )

    @api.model
    def _not_today(self, count):
        if count == 1:
            return self.env._(
                "One text does not leave today any more, and waits for another day."
            )
        return self.env._(
            "%s of them do not leave today any more, and wait for the next days.",
            self._n(count),
        )

    @api.model
    def _helps(self, figures):
        """What would make it quicker or complete, the best first."""
        words = {
            "one_emoji": self.env._("Leave out %s.", " ".join(figures["characters"])),
            "shorter_text": self.env._("Shorten the text, so that it counts as fewer."),
            "another_number": self.env._("Text from another of your numbers as well."),
            "other_type": self.env._(
                "Ask your administrator for another type of number, such as toll-free: "
                "some may send more."
            ),
            "start_tomorrow": self.env._(
                "Start tomorrow at 8:00, when the whole day lies ahead."
            ),
        }
        useful = set(figures.get("helps", ()))
        late = figures["after_today"] or (figures["expired"] and not figures["end"])
        if not late:
            useful.discard("start_tomorrow")
        return [words[name] for name in words if name in useful]

    @api.model
    def _left_out_words(self, left_out):
        """[(count, why)], the most first."""
        words = self._reasons()
        return [
            (self._n(count), words.get(reason, reason))
            for reason, count in sorted(left_out.items(), key=lambda item: -item[1])
        ]

    @api.model
    def _reasons(self):
        return {
            "no_permission": self.env._("You may not see them, or they are gone"),
            "no_number": self.env._("No phone number"),
            "not_a_number": self.env._("A phone number that cannot be one"),
            "ours": self.env._("One of your own numbers"),
            "twice": self.env._("The same number as somebody else who gets it"),
            "opted_out": self.env._("They want no texts from you"),
            "not_textable": self.env._("A number that cannot be texted"),
            "no_sender": self.env._("None of your numbers can text them now"),
            "not_filled_in": self.env._("A placeholder cannot be filled in"),
            "empty": self.env._("Their text would be empty"),
            "too_long": self.env._("Their text would be too long"),
        }

    @api.model
    def _n(self, count):
        """A number as the user writes it."""
        lang = self.env["res.lang"]._lang_get(self.env.user.lang or "en_US")
        return lang.format("%d", count, grouping=True)

    @api.model
    def _duration(self, seconds):
        minutes = round(seconds / 60)
        if minutes <= 1:
            return self.env._("a minute")
        if minutes < 90:
            return self.env._("%s minutes", minutes)
        hours = seconds / 3600
        if hours < 36:
            return self.env._("%s hours", round(hours))
        return self.env._("%s days", round(hours / 24))
