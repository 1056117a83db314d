"""E-mail through Django's mail, with the appointment as a calendar file."""

import datetime as dt
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from parley.contract import ExternalTimeout, ProviderFailed, SmsUndelivered
from parley.messaging.providers.provider import Outgoing


class Mail:
    """Django's own mail settings say by which server."""

    name = "mail"

    def send(self, message: Outgoing) -> str:
        """Hand it to the mail server. The message id makes a second copy recognisable as one."""
        sender = settings.PARLEY.mail_from
        message_id = f"<{message.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        mail = EmailMessage(
            subject=message.subject,
            body=message.text,
            from_email=sender,
            to=[message.to],
            headers={"Message-ID": message_id},
        )
        if message.calendar is not None:
            mail.attach("appointment.ics", message.calendar.decode(), "text/calendar")
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise SmsUndelivered("the mail server refuses the recipient") from error
        except TimeoutError as error:
            raise ExternalTimeout("the mail server did not answer") from error
        except (smtplib.SMTPException, OSError) as error:
            raise ProviderFailed("the mail server did not take the message") from error
        return message_id

    def find(self, message: Outgoing, *, since: dt.datetime) -> str | None:
        """A mail server cannot be asked."""
        return None
