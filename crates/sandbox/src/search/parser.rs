//! From tokens to a tree. `OR` binds tighter than the blank that means AND, as in Gmail: `a b OR c` is a and (b or c).

use super::calendar;
use super::lexer::{Token, lex};
use super::term::{Expr, Field, Scope, Term};
use super::words::Phrase;
use jiff::Timestamp;

/// How deep parentheses may nest; deeper ones are read as if they were not there.
const DEEPEST: usize = 50;

pub(super) fn parse(q: &str, now: Timestamp) -> Expr {
    let mut parser = Parser { tokens: lex(q), at: 0, now };
    let mut parts = Vec::new();
    while parser.at < parser.tokens.len() {
        parts.extend(parser.all(Scope::Anywhere, 0));
        // A closing bracket that nothing opened is passed over.
        parser.at += 1;
    }
    all_of(parts)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    now: Timestamp,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn eat(&mut self, token: &Token) -> bool {
        let there = self.peek() == Some(token);
        self.at += usize::from(there);
        there
    }

    /// A run of conditions up to a closing bracket or the end.
    fn all(&mut self, scope: Scope, depth: usize) -> Vec<Expr> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some(Token::Close | Token::CloseAny)) {
            if self.eat(&Token::And) || self.eat(&Token::Or) {
                continue;
            }
            parts.extend(self.any(scope, depth));
        }
        parts
    }

    /// One condition, or several joined by OR.
    fn any(&mut self, scope: Scope, depth: usize) -> Option<Expr> {
        let mut choices: Vec<Expr> = self.one(scope, depth).into_iter().collect();
        while self.eat(&Token::Or) {
            if matches!(self.peek(), None | Some(Token::Close | Token::CloseAny)) {
                break;
            }
            choices.extend(self.one(scope, depth));
        }
        match choices.len() {
            0 | 1 => choices.pop(),
            _ => Some(Expr::Any(choices)),
        }
    }

    fn one(&mut self, scope: Scope, depth: usize) -> Option<Expr> {
        let mut negated = false;
        while self.eat(&Token::Minus) {
            negated = true;
        }
        let expr = self.positive(scope, depth)?;
        Some(if negated { Expr::Not(Box::new(expr)) } else { expr })
    }

    fn positive(&mut self, scope: Scope, depth: usize) -> Option<Expr> {
        let token = self.peek()?.clone();
        match token {
            Token::Close | Token::CloseAny => None,
            Token::Open | Token::OpenAny => self.group(scope, depth, &token),
            Token::Operator(name) => {
                self.at += 1;
                self.operator(&name, depth)
            }
            Token::Plus => {
                self.at += 1;
                self.text(scope, true)
            }
            _ => self.text(scope, false),
        }
    }

    fn group(&mut self, scope: Scope, depth: usize, open: &Token) -> Option<Expr> {
        self.at += 1;
        if depth >= DEEPEST {
            return None;
        }
        if *open == Token::OpenAny {
            let choices = self.all(scope, depth + 1);
            self.eat(&Token::CloseAny);
            return (!choices.is_empty()).then_some(Expr::Any(choices));
        }
        let parts = self.all(scope, depth + 1);
        self.eat(&Token::Close);
        (!parts.is_empty()).then(|| all_of(parts))
    }

    /// Words, a quotation, or two of them with AROUND between.
    fn text(&mut self, scope: Scope, exact: bool) -> Option<Expr> {
        let left = self.phrase(exact)?;
        let Some(Token::Around(distance)) = self.peek().cloned() else {
            return Some(left.map_or(Expr::All(Vec::new()), |phrase| Expr::Term(Term::Words(scope, phrase))));
        };
        self.at += 1;
        let right = self.phrase(false).flatten();
        Some(match (left, right) {
            (Some(left), Some(right)) => Expr::Term(Term::Around(left, right, distance)),
            (one, other) => match one.or(other) {
                Some(phrase) => Expr::Term(Term::Words(scope, phrase)),
                None => Expr::All(Vec::new()),
            },
        })
    }

    /// `None` at a token that is no text; `Some(None)` for text without a word in it, such as `"!"`.
    fn phrase(&mut self, exact: bool) -> Option<Option<Phrase>> {
        let phrase = match self.peek()? {
            Token::Word(text) | Token::Phrase(text) => Phrase::new(text, exact),
            Token::Around(distance) => Phrase::new(&format!("around {distance}"), false),
            Token::Close | Token::CloseAny | Token::Open | Token::OpenAny | Token::Operator(_) => return None,
            Token::Minus | Token::Plus | Token::Or | Token::And => None,
        };
        self.at += 1;
        Some(phrase)
    }

    fn operator(&mut self, name: &str, depth: usize) -> Option<Expr> {
        if let Some(scope) = word_scope(name) {
            return self.scoped(scope, depth);
        }
        if matches!(self.peek(), Some(Token::Open | Token::OpenAny)) {
            return self.value_group(name, depth);
        }
        let value = match self.peek() {
            Some(Token::Word(text) | Token::Phrase(text)) => text.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(Expr::Term(term(name, &value, self.now)))
    }

    /// `from:(a b)`, `from:me`, `subject:word`.
    fn scoped(&mut self, scope: Scope, depth: usize) -> Option<Expr> {
        let me = matches!(self.peek(), Some(Token::Word(text)) if text.eq_ignore_ascii_case("me"));
        match (scope, me) {
            (Scope::Address(field), true) => {
                self.at += 1;
                Some(Expr::Term(Term::Me(field)))
            }
            // `from:` with another operator, or nothing, after it has no value of its own.
            _ if matches!(self.peek(), Some(Token::Operator(_))) => None,
            _ => self.positive(scope, depth),
        }
    }

    /// `label:(a b)`, `filename:{pdf doc}`: the operator applies to each value.
    fn value_group(&mut self, name: &str, depth: usize) -> Option<Expr> {
        let any = matches!(self.peek(), Some(Token::OpenAny));
        self.at += 1;
        if depth >= DEEPEST {
            return None;
        }
        let (mut parts, mut or_seen) = (Vec::new(), any);
        while let Some(token) = self.peek().cloned() {
            match token {
                Token::Close | Token::CloseAny => break,
                Token::Or => {
                    or_seen = true;
                    self.at += 1;
                }
                Token::Word(value) | Token::Phrase(value) => {
                    self.at += 1;
                    parts.push(Expr::Term(term(name, &value, self.now)));
                }
                Token::Open | Token::OpenAny => parts.extend(self.value_group(name, depth + 1)),
                _ => self.at += 1,
            }
        }
        self.at += usize::from(self.peek().is_some());
        (!parts.is_empty()).then(|| if or_seen { Expr::Any(parts) } else { all_of(parts) })
    }
}

fn all_of(mut parts: Vec<Expr>) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { Expr::All(parts) }
}

fn word_scope(name: &str) -> Option<Scope> {
    Some(match name {
        "from" => Scope::Address(Field::From),
        "to" => Scope::Address(Field::To),
        "cc" => Scope::Address(Field::Cc),
        "bcc" => Scope::Address(Field::Bcc),
        "deliveredto" => Scope::Address(Field::DeliveredTo),
        "subject" => Scope::Subject,
        "filename" => Scope::Filename,
        "list" => Scope::List,
        _ => return None,
    })
}

fn term(name: &str, value: &str, now: Timestamp) -> Term {
    let lower = value.to_lowercase();
    let found = match name {
        "label" => Some(Term::LabelName(lower)),
        "category" => Some(category(&lower)),
        "in" => Some(place(lower)),
        "is" => Some(state(&lower)),
        "has" => Some(having(&lower)),
        "rfc822msgid" => Some(Term::MessageId(bare_id(value).to_owned())),
        "size" | "larger" => calendar::size(value).map(Term::Larger),
        "smaller" => calendar::size(value).map(Term::Smaller),
        "after" | "newer" => calendar::instant(value).map(Term::Since),
        "before" | "older" => calendar::instant(value).map(Term::Until),
        "newer_than" => calendar::ago(value, now).map(Term::Since),
        "older_than" => calendar::ago(value, now).map(Term::Until),
        _ => None,
    };
    found.unwrap_or(Term::Never)
}

/// A Message-ID without its angle brackets.
pub(super) fn bare_id(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id)
}

fn category(value: &str) -> Term {
    Term::LabelId(match value {
        "primary" | "personal" => "CATEGORY_PERSONAL",
        "social" => "CATEGORY_SOCIAL",
        "promotions" => "CATEGORY_PROMOTIONS",
        "updates" => "CATEGORY_UPDATES",
        "forums" => "CATEGORY_FORUMS",
        "reservations" => "CATEGORY_RESERVATIONS",
        "purchases" => "CATEGORY_PURCHASES",
        _ => return Term::Never,
    })
}

fn place(value: String) -> Term {
    Term::LabelId(match value.as_str() {
        "anywhere" | "all" => return Term::Everywhere,
        "archive" => return Term::Archived,
        "inbox" => "INBOX",
        "sent" => "SENT",
        "draft" | "drafts" => "DRAFT",
        "trash" | "bin" => "TRASH",
        "spam" => "SPAM",
        "snoozed" => "SNOOZED",
        "starred" => "STARRED",
        "important" => "IMPORTANT",
        "chats" | "chat" => "CHAT",
        _ => return Term::LabelName(value),
    })
}

fn state(value: &str) -> Term {
    Term::LabelId(match value {
        "read" => return Term::NoLabelId("UNREAD"),
        "unread" => "UNREAD",
        "starred" => "STARRED",
        "important" => "IMPORTANT",
        "snoozed" => "SNOOZED",
        "muted" => "MUTED",
        "chat" => "CHAT",
        "sent" => "SENT",
        "draft" => "DRAFT",
        "spam" => "SPAM",
        "trash" => "TRASH",
        _ => return Term::Never,
    })
}

fn having(value: &str) -> Term {
    match value {
        "attachment" | "attachments" => Term::Attachment,
        "userlabels" => Term::UserLabels,
        "nouserlabels" => Term::NoUserLabels,
        "drive" => Term::LinkTo(&["drive.google.com", "docs.google.com"]),
        "document" => Term::LinkTo(&["docs.google.com/document"]),
        "spreadsheet" => Term::LinkTo(&["docs.google.com/spreadsheets"]),
        "presentation" => Term::LinkTo(&["docs.google.com/presentation"]),
        "youtube" => Term::LinkTo(&["youtube.com", "youtu.be"]),
        star => stars(star),
    }
}

/// Gmail's coloured stars and icons, as label ids.
fn stars(value: &str) -> Term {
    Term::LabelId(match value {
        "yellow-star" => "YELLOW_STAR",
        "orange-star" => "ORANGE_STAR",
        "red-star" => "RED_STAR",
        "purple-star" => "PURPLE_STAR",
        "blue-star" => "BLUE_STAR",
        "green-star" => "GREEN_STAR",
        "red-bang" => "RED_BANG",
        "orange-guillemet" => "ORANGE_GUILLEMET",
        "yellow-bang" => "YELLOW_BANG",
        "green-check" => "GREEN_CHECK",
        "blue-info" => "BLUE_INFO",
        "purple-question" => "PURPLE_QUESTION",
        _ => return Term::Never,
    })
}
