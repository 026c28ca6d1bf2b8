//! Cutting a search into tokens.

/// A piece of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `operator:` in lower case; the value is the next token.
    Operator(String),
    Word(String),
    Phrase(String),
    Minus,
    Plus,
    Or,
    And,
    Around(usize),
    Open,
    Close,
    OpenAny,
    CloseAny,
}

/// The operators of Gmail's help page; any other `word:` is text.
const OPERATORS: [&str; 23] = [
    "from",
    "to",
    "cc",
    "bcc",
    "deliveredto",
    "subject",
    "label",
    "category",
    "in",
    "is",
    "has",
    "filename",
    "list",
    "rfc822msgid",
    "size",
    "larger",
    "smaller",
    "after",
    "before",
    "older",
    "newer",
    "older_than",
    "newer_than",
];

fn is_operator(name: &str) -> bool {
    OPERATORS.contains(&name)
}

/// How many tokens a search may have; the rest is not read (a URL cannot hold more anyway).
const MOST_TOKENS: usize = 2_000;

pub(super) fn lex(q: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: q, tokens: Vec::new() };
    while lexer.tokens.len() < MOST_TOKENS && lexer.step() {}
    lexer.tokens
}

struct Lexer<'q> {
    rest: &'q str,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        let Some(c) = self.rest.chars().next() else { return false };
        match c {
            '(' => self.single(c, Token::Open),
            ')' => self.single(c, Token::Close),
            '{' => self.single(c, Token::OpenAny),
            '}' => self.single(c, Token::CloseAny),
            '|' => self.single(c, Token::Or),
            '-' | '+' if !self.rest[1..].starts_with(|next: char| !next.is_whitespace()) => self.rest = &self.rest[1..],
            '-' => self.single(c, Token::Minus),
            '+' => self.single(c, Token::Plus),
            '"' | '\u{201c}' | '\u{201d}' => self.phrase(c),
            _ => self.word(),
        }
        true
    }

    fn single(&mut self, c: char, token: Token) {
        self.rest = &self.rest[c.len_utf8()..];
        self.tokens.push(token);
    }

    /// A quotation that is never closed runs to the end.
    fn phrase(&mut self, quote: char) {
        let text = &self.rest[quote.len_utf8()..];
        let end = text.find(['"', '\u{201c}', '\u{201d}']).unwrap_or(text.len());
        self.tokens.push(Token::Phrase(text[..end].to_owned()));
        self.rest = text[end..].char_indices().nth(1).map_or("", |(at, _)| &text[end + at..]);
    }

    fn word(&mut self) {
        let end = self.rest.find(|c: char| c.is_whitespace() || "(){}\"\u{201c}\u{201d}|".contains(c));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if let Some((name, value)) = word.split_once(':') {
            let name = name.to_ascii_lowercase();
            if is_operator(&name) {
                self.tokens.push(Token::Operator(name));
                self.rest = &self.rest[word.len() - value.len()..];
                self.value();
                return;
            }
        }
        self.rest = rest;
        self.plain(word);
    }

    /// The value of an operator is one token whatever it begins with, so `subject:-x` and `rfc822msgid:<a+b@c>` hold.
    fn value(&mut self) {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            None | Some('(' | '{' | '"' | '\u{201c}' | '\u{201d}' | ')' | '}') => {}
            Some(_) => {
                let end = self.rest.find(|c: char| c.is_whitespace() || "(){}\"".contains(c));
                let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
                self.tokens.push(Token::Word(word.to_owned()));
                self.rest = rest;
            }
        }
    }

    fn plain(&mut self, word: &str) {
        let around = || {
            let digits: String = self.rest.trim_start().chars().take_while(char::is_ascii_digit).take(4).collect();
            digits.parse().ok().map(|distance: usize| (distance, digits.len()))
        };
        match word {
            "OR" => self.tokens.push(Token::Or),
            "AND" => self.tokens.push(Token::And),
            "AROUND" => match around() {
                Some((distance, length)) => {
                    self.rest = &self.rest.trim_start()[length..];
                    self.tokens.push(Token::Around(distance));
                }
                None => self.tokens.push(Token::Word(word.to_owned())),
            },
            _ => self.tokens.push(Token::Word(word.to_owned())),
        }
    }
}
