//! The reference page, read off the OpenAPI document so that the two cannot differ.

use askama::Template;
use serde_json::Value;

/// The page.
#[derive(Template)]
#[template(path = "docs.html")]
pub struct Reference {
    version: String,
    description: String,
    q: String,
    found: usize,
    groups: Vec<Group>,
    schemas: Vec<Shown>,
}

/// Text in which some words are code: whether, and the words.
type Prose = Vec<(bool, String)>;

struct Group {
    name: String,
    anchor: String,
    description: String,
    open: bool,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    class: String,
    path: String,
    summary: String,
    description: Prose,
    parameters: Vec<Field>,
    bodies: Vec<(String, String, String)>,
    answers: Vec<Answer>,
}

struct Field {
    name: String,
    place: String,
    kind: String,
    anchor: String,
    description: Prose,
    required: bool,
}

struct Answer {
    status: String,
    description: String,
    kind: String,
    anchor: String,
}

struct Shown {
    name: String,
    anchor: String,
    description: Prose,
    fields: Vec<Field>,
}

impl Reference {
    /// The operations of a document that hold every one of some words, without words all; and the schemas.
    pub fn new(document: &Value, words: &str) -> Self {
        let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let all = operations(document);
        let shown: Vec<_> = all.into_iter().filter(|(_, op)| op.matches(&wanted)).collect();
        let found = shown.len();
        Self {
            version: text(&document["info"]["version"]),
            description: text(&document["info"]["description"]),
            q: words.to_owned(),
            found,
            groups: groups(document, shown, found <= 8),
            schemas: schemas(document),
        }
    }
}

fn groups(document: &Value, mut operations: Vec<(String, Operation)>, open: bool) -> Vec<Group> {
    let mut groups = Vec::new();
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let (inside, rest) = operations.into_iter().partition(|(tag, _)| *tag == name);
        operations = rest;
        let inside: Vec<(String, Operation)> = inside;
        if !inside.is_empty() {
            groups.push(Group {
                anchor: name.to_lowercase().replace(' ', "-"),
                description: text(&tag["description"]),
                open,
                operations: inside.into_iter().map(|(_, op)| op).collect(),
                name,
            });
        }
    }
    groups
}

fn operations(document: &Value) -> Vec<(String, Operation)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = ["get", "post", "put", "patch", "delete"];
        methods
            .into_iter()
            .filter_map(move |m| item.get(m).map(|op| (text(&op["tags"][0]), Operation::read(path, m, op))))
    });
    all.collect()
}

impl Operation {
    fn read(path: &str, method: &str, op: &Value) -> Self {
        let bodies = op["requestBody"]["content"].as_object().into_iter().flatten();
        let answers = op["responses"].as_object().into_iter().flatten();
        Self {
            id: text(&op["operationId"]),
            method: method.to_uppercase(),
            class: method.to_owned(),
            path: path.to_owned(),
            summary: text(&op["summary"]),
            description: prose(&op["description"]),
            parameters: list(&op["parameters"]).iter().map(parameter).collect(),
            bodies: bodies
                .map(|(kind, content)| {
                    let (name, anchor) = kind_of(&content["schema"]);
                    (kind.clone(), name, anchor)
                })
                .collect(),
            answers: answers.map(|(status, answer)| self::answer(status, answer)).collect(),
        }
    }

    fn matches(&self, words: &[String]) -> bool {
        let about: String = self.description.iter().map(|(_, words)| words.as_str()).collect();
        let text = format!("{} {} {} {about} {}", self.method, self.path, self.summary, self.id).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    }
}

fn parameter(p: &Value) -> Field {
    let (kind, anchor) = kind_of(&p["schema"]);
    Field {
        name: text(&p["name"]),
        place: text(&p["in"]),
        kind,
        anchor,
        description: prose(&p["description"]),
        required: p["required"].as_bool().unwrap_or(false),
    }
}

fn answer(status: &str, answer: &Value) -> Answer {
    let content = answer["content"].as_object().and_then(|content| content.iter().next());
    let (kind, anchor) = match content {
        Some((kind, _)) if kind != "application/json" => (kind.clone(), String::new()),
        Some((_, content)) => {
            let schema = &content["schema"];
            let data = &schema["properties"]["data"];
            if data.is_null() { kind_of(schema) } else { kind_of(data) }
        }
        None => (String::new(), String::new()),
    };
    Answer { status: status.to_owned(), description: text(&answer["description"]), kind, anchor }
}

fn schemas(document: &Value) -> Vec<Shown> {
    let all = document["components"]["schemas"].as_object().into_iter().flatten();
    all.map(|(name, schema)| Shown {
        name: name.clone(),
        anchor: anchor(name),
        description: prose(&schema["description"]),
        fields: fields(schema),
    })
    .collect()
}

fn fields(schema: &Value) -> Vec<Field> {
    let required = list(&schema["required"]);
    let field = |(name, field): (&String, &Value)| {
        let (kind, anchor) = kind_of(field);
        let required = required.iter().any(|r| r == name.as_str());
        Field {
            name: name.clone(),
            place: String::new(),
            kind,
            anchor,
            description: prose(&field["description"]),
            required,
        }
    };
    schema["properties"].as_object().into_iter().flatten().map(field).collect()
}

/// What a schema is called, and where on the page it is shown.
fn kind_of(schema: &Value) -> (String, String) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return (name.to_owned(), anchor(name));
    }
    if let Some(words) = schema["enum"].as_array() {
        return (words.iter().map(text).collect::<Vec<_>>().join(" | "), String::new());
    }
    let options = ["oneOf", "anyOf", "allOf"].iter().find_map(|key| schema[*key].as_array());
    if let Some(real) = options.and_then(|options| options.iter().find(|option| option["type"] != "null")) {
        return kind_of(real);
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).find(|kind| kind != "null").unwrap_or_default(),
        kind => text(kind),
    };
    if kinds == "array" {
        let (inner, anchor) = kind_of(&schema["items"]);
        return (format!("list of {inner}"), anchor);
    }
    (kinds, String::new())
}

fn anchor(schema: &str) -> String {
    format!("schema-{schema}")
}

/// Words between backticks are code.
fn prose(value: &Value) -> Prose {
    let parts = value.as_str().unwrap_or_default().split('`').enumerate();
    parts.map(|(i, words)| (i % 2 == 1, words.to_owned())).filter(|(_, words)| !words.is_empty()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        serde_json::to_value(crate::openapi::document()).unwrap()
    }

    #[test]
    fn the_page_shows_every_operation_and_schema() {
        let page = Reference::new(&document(), "").render().unwrap();
        assert_eq!(page.matches("<details").count(), crate::openapi::described().len());
        assert!(page.contains("id=\"schema-Message\""));
    }

    #[test]
    fn words_narrow_the_page_and_cannot_break_it() {
        let page = Reference::new(&document(), "messages SEND").render().unwrap();
        assert!(page.contains("/v3/grants/{grant_id}/messages/send"));
        assert!(!page.contains("id=\"createConnector\""));
        let page = Reference::new(&document(), "<script>").render().unwrap();
        assert!(!page.contains("<script>"));
    }
}
