"""Position: the sentences in which a regulator states the legal status of a topic.

A sentence counts when a rule of its regulator's law and language finds a statement of status in it, when it is about
the topic, and when the regulator says it: not a firm that is quoted, not a question, not advice to the reader. What is
doubtful is left out, for whoever asks "is it approved?" reads the answer without the page around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from store.normal import folded
from store.position_context import Context, context_of
from store.position_rules import Rules, rules_for
from store.position_status import status_of
from store.position_topics import Heard, Spoken, heard_after, may_be_meant, topics_of
from store.position_voice import stated, without_quotations
from store.records import Block, BlockKind, Mention, Statement, StatementStatus
from store.sentences import spans


def statements(
    source: str,
    title: str,
    fields: Mapping[str, str],
    blocks: Sequence[Block],
    mentions: Sequence[Mention],
    language: str = "",
) -> tuple[Statement, ...]:
    """The sentences of a document that state a topic's legal status, in the order of the text.

    `source` says whose law is meant; an unknown one has no statements. `mentions` are those of this very text;
    without one there is no statement. `language` ("en", "fr-CA") chooses the rules, "" all of the country's. A
    sentence about two topics stands once for each. The items of a list that a sentence leads up to are part of it,
    joined by " • ". Headings and table rows are no sentences.
    """
    rules = rules_for(source, language) if mentions else None
    if rules is None:
        return ()
    status = status_of(source, title, fields, blocks)
    context = context_of(status, blocks, mentions)
    found: list[Statement] = []
    for index, block in enumerate(blocks):
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and context.may_concern(index, block.text):
            found.extend(_in_block(index, block.text, rules, status, context))
    return tuple(found)


def _in_block(index: int, text: str, rules: Rules, status: StatementStatus, context: Context) -> Iterator[Statement]:
    flat = folded(text)
    if not any(cue in flat for cue in rules.cues):
        return
    heard = Heard((), ())
    for sentence in _sentences(index, text, context):
        found = stated(sentence.plain, rules.rules) if may_be_meant(sentence, heard, context) else None
        if found is not None:
            whole = sentence.text + (sentence.follows.items if sentence.follows else "")
            for topic in topics_of(sentence, found.clause, heard, context):
                yield Statement(topic, found.about, status, whole, context.sections[index], index, sentence.start)
        heard = heard_after(sentence, heard, context)


def _sentences(index: int, text: str, context: Context) -> Iterator[Spoken]:
    spoken = without_quotations(text)
    here = sorted(context.by_block.get(index, ()), key=_position)
    for start, end in spans(text):
        mentions = tuple(here[bisect_left(here, start, key=_position) : bisect_left(here, end, key=_position)])
        follows = context.lists.get(index) if end == len(text) else None
        plain = folded(spoken[start:end]).replace('"', "")
        yield Spoken(text[start:end], index, start, plain, mentions, follows)


def _position(mention: Mention) -> int:
    return mention.position
