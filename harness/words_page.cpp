// The language on one page: what frames the table of words.
#include "words.hpp"

#include <array>
#include <utility>

namespace connspec {
namespace {

constexpr std::string_view beginning =
    R"(# The conversation language

A `.convo` file states one requirement and plays it in one or more conversations. The notation is
`curl -v`'s: `>` we send, `<` we get, `!` we do something to the connection. A case is linear and
ends in a time known beforehand: no variables, loops, arithmetic, includes or regular expressions.

    requirement  A server ends the connection after it has answered a request that says close
    spec         RFC 9112 section 9.6
    level        MUST
    role         server proxy
    covers       R9112-9.6-04 R9112-9.6-06

    case leaves-later-requests-alone
      title  a request that follows the close option in the same write is not answered
      kills  s-serve-after-close

      client > GET {a} HTTP/1.1
             > Host: {host}
             > Connection: close
             >
             > GET {b} HTTP/1.1
             > Host: {host}
             >
      client < response {a} then end

Files stand in `ROLE/TOPIC/REQUIREMENT.convo`; the id of a case is
`ROLE/TOPIC/REQUIREMENT/CASE`, and a `/LABEL` for each `each`. `connspec lint FILE` checks a file,
`connspec explain ID` says what a case does, `--cases DIR` plays cases of your own. This page is
printed from the table of words that the reader itself uses.

## Rows

- ASCII and LF; no tabs, no blanks at the end of a row. `#` as the first non-blank makes a comment.
- `requirement` and `case` stand in column 1; rows of a case are indented by two or more. Ways of
  an `either` and rows of an `each` table are indented deeper than the row they belong to.
- A row that names its lane begins a step. Rows that begin with `>` and name none continue the
  write above: **one step is one write**. No blank row stands inside a write.
- Lanes are `client`, `client2` to `client9`, `origin`, `origin2` to `origin9`, and `clients`.
- Escapes in what is sent and in strings: `\r \n \t \0 \\ \" \| \{ \xNN`. One blank behind a mark
  separates, further ones are content; a blank at the end of a row is `\x20`.
- Numbers are `400`, `64k`, `1M`; times are `5ms`, `2s` or a binding that is a time.
- Names are small letters, digits and `-`.
)";

constexpr std::string_view meaning =
    R"(
## What is seen

Everything that arrives is recorded in the background; a lane has one cursor into it. An
expectation takes the piece right at the cursor, and skips nothing but interim responses before a
`response`. What is still possible is waited for: 3 s for a message, 2 s for an end, all scaled
by `--patience`. A case that ended by waiting is played again, alone, before it is a failure.

The ways of an `either` on one lane are in order of preference: a lower one waits while an upper
one is still possible. On several lanes the lane on which a way begins first decides. Ways hold
no actions.

Requests with `{u}` in them reach our origin; those that no row takes get the plain answer (200,
their own target as content) at once. A lane of the origin is one exchange on a connection: it is
bound by `request`, `head`, `connection` or `asks ... of`, and used only after that.

The first unmet row ends a case: behind `given` it is skipped, at MUST, MUST NOT and PROSE it
fails, at SHOULD and SHOULD NOT it departs, at OBSERVE it is observed.
)";

constexpr std::string_view profiles =
    R"(
## Profiles

A `.profile` file is a head without cases: a set of requirements by which a target is certified.
Its members are the rows of requirements.tsv whose column `profiles` names it and that bind the
role of the target. `--profile NAME` plays the cases that cover them; `connspec list profiles`
shows those there are, and `--cases DIR` brings more.

    profile   proxy-core
    title     What every intermediary owes both its neighbours
    role      gateway forward
    grade     core
    apart     R9110-7.6.3-01 R9112-9.3-12
    complete  95 %)";

/// Rows of a table, with its head.
void append_rows(std::string& page, WordKind kind) {
  const bool with_syntax = !words(kind).front().syntax.empty();
  page += with_syntax ? "\n\n| written | meaning |\n|---|---|\n"
                      : "\n\n| word | meaning |\n|---|---|\n";
  for (const Word& word : words(kind)) {
    if (word.meaning.empty()) continue;
    page += "| `";
    for (const char letter : word.syntax.empty() ? word.word : word.syntax) {
      if (letter == '|') page += '\\';  // Or it would end the cell.
      page += letter;
    }
    page += "` | ";
    page += word.meaning;
    page += " |\n";
  }
}

void append_table(std::string& page, std::string_view title, WordKind kind) {
  page += "\n## ";
  page += title;
  append_rows(page, kind);
}

}  // namespace

std::string language_page() {
  constexpr std::array<std::pair<std::string_view, WordKind>, 11> tables = {{
      {"Head of a file or a case", WordKind::meta},
      {"Head of a case", WordKind::head},
      {"Levels", WordKind::level},
      {"Roles", WordKind::role},
      {"Needs", WordKind::need},
      {"Steps", WordKind::step},
      {"Acts", WordKind::act},
      {"Things", WordKind::thing},
      {"Facts", WordKind::fact},
      {"Facts about the raw head", WordKind::form},
      {"Marks of a way", WordKind::mark},
  }};
  std::string page(beginning);
  for (const auto& [title, kind] : tables) append_table(page, title, kind);
  append_table(page, "Bindings", WordKind::binding);
  page +=
      "\nA binding that the target must declare, and HTTP/1.0 in a request line, are needs "
      "like those\nof `needs`: without them the case is skipped, and the summary says so.\n";
  page += meaning;
  page += profiles;
  append_rows(page, WordKind::profile);
  return page;
}

}  // namespace connspec
