"""What a skill declares and what it gets: the one package that everybody may import, and that imports nothing.

A built-in skill and a skill from outside see the same names, all of them here.
"""

from parley.contract.context import Caller, Context, Later
from parley.contract.errors import (
    AuthenticationFailed,
    BusinessError,
    CalendarUnavailable,
    ConfigurationInvalid,
    Conflict,
    DatabaseFailed,
    ExternalTimeout,
    InvalidTimeSlot,
    NotFound,
    ParleyError,
    PermissionRefused,
    ProviderFailed,
    RateLimited,
    RequestInvalid,
    SmsUndelivered,
    SoundInvalid,
    SystemFault,
)
from parley.contract.expectation import Expectation, Phrase
from parley.contract.intents import Confirmation, Intent, Risk, Role
from parley.contract.language import LANGUAGES, Language, language_of
from parley.contract.reply import Choice, Mention, Question, Say
from parley.contract.skill import (
    Announcement,
    Answering,
    Handover,
    Outcome,
    Prepared,
    Releasing,
    Request,
    Skill,
    Undoing,
)
from parley.contract.slots import Kind, Slot, Slots, length_of

__all__ = [
    "LANGUAGES",
    "Announcement",
    "Answering",
    "AuthenticationFailed",
    "BusinessError",
    "CalendarUnavailable",
    "Caller",
    "Choice",
    "ConfigurationInvalid",
    "Confirmation",
    "Conflict",
    "Context",
    "DatabaseFailed",
    "Expectation",
    "ExternalTimeout",
    "Handover",
    "Intent",
    "InvalidTimeSlot",
    "Kind",
    "Language",
    "Later",
    "Mention",
    "NotFound",
    "Outcome",
    "ParleyError",
    "PermissionRefused",
    "Phrase",
    "Prepared",
    "ProviderFailed",
    "Question",
    "RateLimited",
    "Releasing",
    "Request",
    "RequestInvalid",
    "Risk",
    "Role",
    "Say",
    "Skill",
    "Slot",
    "Slots",
    "SmsUndelivered",
    "SoundInvalid",
    "SystemFault",
    "Undoing",
    "language_of",
    "length_of",
]
