//! One operation of the reference, described in a few words.

use http::Method;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{HttpMethod, PathItem, PathsBuilder, Ref, RefOr, Required, Schema};

use super::params::{Kind, Param};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// A wire type, by name, and how it and what it holds get into the document.
#[derive(Clone, Copy)]
struct Wire {
    name: fn() -> String,
    collect: fn(&mut Schemas),
}

impl Wire {
    fn of<T: ToSchema>() -> Self {
        Self { name: || T::name().into_owned(), collect: collect::<T> }
    }

    fn reference(self) -> RefOr<Schema> {
        RefOr::Ref(Ref::from_schema_name((self.name)()))
    }
}

fn collect<T: ToSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// How an answer is wrapped.
#[derive(Clone, Copy)]
enum Answer {
    One(Wire),
    All(Wire),
    Page(Wire),
    Offset(Wire),
    Sent(Wire),
    Bare(Wire),
    Deleted,
    Other(&'static str, &'static str),
}

/// One operation.
#[derive(Clone)]
pub struct Op {
    /// Its method.
    pub method: Method,
    /// Its path, as on the routes page.
    pub path: &'static str,
    /// Unique in the document.
    pub id: &'static str,
    tag: &'static str,
    summary: &'static str,
    description: Option<&'static str>,
    params: Vec<Param>,
    body: Option<(Wire, &'static [&'static str])>,
    answer: Answer,
    status: u16,
    open: bool,
    errors: Vec<u16>,
}

const JSON: &[&str] = &["application/json"];

impl Op {
    /// An operation that answers with nothing but its request id.
    pub fn new(tag: &'static str, method: Method, path: &'static str, id: &'static str, summary: &'static str) -> Self {
        let errors = vec![400, 401, 404, 429];
        let answer = Answer::Deleted;
        let (description, params, body) = (None, Vec::new(), None);
        Self { method, path, id, tag, summary, description, params, body, answer, status: 200, open: false, errors }
    }

    /// What the summary leaves out.
    pub fn says(self, description: &'static str) -> Self {
        Self { description: Some(description), ..self }
    }

    /// With these parameters as well.
    pub fn takes(mut self, params: &[Param]) -> Self {
        self.params.extend_from_slice(params);
        self
    }

    /// With a JSON body.
    pub fn body<T: ToSchema>(self) -> Self {
        Self { body: Some((Wire::of::<T>(), JSON)), ..self }
    }

    /// With a body of one of these content types.
    pub fn body_in<T: ToSchema>(self, kinds: &'static [&'static str]) -> Self {
        Self { body: Some((Wire::of::<T>(), kinds)), ..self }
    }

    /// Answers with one object.
    pub fn one<T: ToSchema>(self) -> Self {
        Self { answer: Answer::One(Wire::of::<T>()), ..self }
    }

    /// Answers with a whole list.
    pub fn all<T: ToSchema>(self) -> Self {
        Self { answer: Answer::All(Wire::of::<T>()), ..self }
    }

    /// Answers with a page of a list.
    pub fn page<T: ToSchema>(self) -> Self {
        Self { answer: Answer::Page(Wire::of::<T>()), ..self }
    }

    /// Answers with a page of a list that is paged by number.
    pub fn offset<T: ToSchema>(self) -> Self {
        Self { answer: Answer::Offset(Wire::of::<T>()), ..self }
    }

    /// Answers with a sent message.
    pub fn sent<T: ToSchema>(self) -> Self {
        Self { answer: Answer::Sent(Wire::of::<T>()), ..self }
    }

    /// Answers without an envelope.
    pub fn bare<T: ToSchema>(self) -> Self {
        Self { answer: Answer::Bare(Wire::of::<T>()), ..self }
    }

    /// Answers with something that is not a wire type; without a content type, with nothing.
    pub fn other(self, content_type: &'static str, what: &'static str) -> Self {
        Self { answer: Answer::Other(content_type, what), ..self }
    }

    /// Answers 201.
    pub fn created(self) -> Self {
        Self { status: 201, ..self }
    }

    /// Answers 202.
    pub fn accepted(self) -> Self {
        Self { status: 202, ..self }
    }

    /// Answers 302.
    pub fn redirects(self) -> Self {
        Self { status: 302, ..self }
    }

    /// Needs no credential.
    pub fn open(self) -> Self {
        Self { open: true, errors: vec![400, 429], ..self }
    }

    /// Can fail with these statuses as well.
    pub fn fails(mut self, more: &[u16]) -> Self {
        self.errors.extend_from_slice(more);
        self
    }

    /// Names of its path parameters.
    #[cfg(test)]
    pub fn path_params(&self) -> impl Iterator<Item = &'static str> {
        self.params.iter().filter(|p| p.in_path).map(|p| p.name)
    }

    /// Puts the wire types it uses into the document.
    pub fn collect(&self, schemas: &mut Schemas) {
        let wires = self.body.map(|(wire, _)| wire).into_iter().chain(self.answer.wire());
        wires.for_each(|wire| (wire.collect)(schemas));
        collect::<api::error::ErrorAnswer>(schemas);
        collect::<api::error::OauthErrorAnswer>(schemas);
    }

    /// Puts the operation into the document.
    pub fn add_to(self, paths: PathsBuilder) -> PathsBuilder {
        let method = match self.method {
            Method::POST => HttpMethod::Post,
            Method::PUT => HttpMethod::Put,
            Method::PATCH => HttpMethod::Patch,
            Method::DELETE => HttpMethod::Delete,
            _ => HttpMethod::Get,
        };
        paths.path(self.path, PathItem::new(method, self.operation()))
    }

    fn operation(&self) -> OperationBuilder {
        let mut operation = OperationBuilder::new()
            .tag(self.tag)
            .operation_id(Some(self.id))
            .summary(Some(self.summary))
            .description(self.description)
            .parameters(Some(self.params.iter().map(parameter)))
            .response(self.status.to_string(), self.answer.response());
        if let Some((wire, kinds)) = self.body {
            let body = RequestBodyBuilder::new().required(Some(Required::True));
            let content = || ContentBuilder::new().schema(Some(wire.reference())).build();
            let body = kinds.iter().fold(body, |body, kind| body.content(*kind, content()));
            operation = operation.request_body(Some(body.build()));
        }
        if !self.open {
            operation = operation
                .security(SecurityRequirement::new("key", Vec::<String>::new()))
                .security(SecurityRequirement::new("basic", Vec::<String>::new()));
        }
        let shape = match crate::call::Family::of(self.path) {
            crate::call::Family::Oauth => Wire::of::<api::error::OauthErrorAnswer>(),
            _ => Wire::of::<api::error::ErrorAnswer>(),
        };
        self.errors
            .iter()
            .fold(operation, |operation, status| operation.response(status.to_string(), failure(*status, shape)))
    }
}

impl Answer {
    fn wire(self) -> Option<Wire> {
        match self {
            Answer::One(wire) | Answer::All(wire) | Answer::Page(wire) | Answer::Offset(wire) => Some(wire),
            Answer::Sent(wire) | Answer::Bare(wire) => Some(wire),
            Answer::Deleted => Some(Wire::of::<api::envelope::Deleted>()),
            Answer::Other(..) => None,
        }
    }

    fn response(self) -> ResponseBuilder {
        let json = |what: &str, schema: RefOr<Schema>| {
            let content = ContentBuilder::new().schema(Some(schema)).build();
            ResponseBuilder::new().description(what).content("application/json", content)
        };
        let list = |wire: Wire| RefOr::T(Schema::Array(ArrayBuilder::new().items(wire.reference()).build()));
        match self {
            Answer::One(wire) => json("The object.", envelope(wire.reference(), &[])),
            Answer::All(wire) => json("All of them.", envelope(list(wire), &[])),
            Answer::Page(wire) => json("A page.", envelope(list(wire), &[("next_cursor", Type::String)])),
            Answer::Offset(wire) => {
                json("A page.", envelope(list(wire), &[("limit", Type::Integer), ("offset", Type::Integer)]))
            }
            Answer::Sent(wire) => json("The sent message.", envelope(wire.reference(), &[("grant_id", Type::String)])),
            Answer::Bare(wire) => json("Without an envelope.", wire.reference()),
            Answer::Deleted => json("Done.", Wire::of::<api::envelope::Deleted>().reference()),
            Answer::Other("", what) => ResponseBuilder::new().description(what),
            Answer::Other(kind, what) => {
                let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).build();
                let content = ContentBuilder::new().schema(Some(Schema::Object(text))).build();
                ResponseBuilder::new().description(what).content(kind, content)
            }
        }
    }
}

fn envelope(data: RefOr<Schema>, beside: &[(&str, Type)]) -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .property("request_id", plain(Type::String))
        .required("request_id")
        .property("data", data)
        .required("data");
    let object = beside.iter().fold(object, |object, (name, kind)| object.property(*name, plain(kind.clone())));
    RefOr::T(Schema::Object(object.build()))
}

fn plain(kind: Type) -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(SchemaType::Type(kind)).build())
}

fn parameter(param: &Param) -> ParameterBuilder {
    let schema = match param.kind {
        Kind::Text => plain(Type::String),
        Kind::Number => plain(Type::Integer),
        Kind::Flag => plain(Type::Boolean),
        Kind::List => Schema::Array(ArrayBuilder::new().items(RefOr::T(plain(Type::String))).build()),
        Kind::Words(words) => Schema::Object(
            ObjectBuilder::new()
                .schema_type(SchemaType::Type(Type::String))
                .enum_values::<_, &str>(Some(words.iter().copied()))
                .build(),
        ),
    };
    let place = if param.in_path { ParameterIn::Path } else { ParameterIn::Query };
    let required = if param.required { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(param.name)
        .parameter_in(place)
        .required(required)
        .description(Some(param.about))
        .schema(Some(schema))
}

fn failure(status: u16, shape: Wire) -> ResponseBuilder {
    let what = match status {
        400 => "The request is wrong; the message names the field.",
        401 => "The credential is missing or wrong.",
        402 => "A recipient was refused.",
        403 => "The provider does not allow it, or the person has to authenticate again.",
        404 => "There is no such thing, or it is not yours.",
        409 => "The state of things forbids it.",
        422 => "The provider refused it.",
        429 => "Too many requests; Retry-After says when to come back, where it is known.",
        503 => "Temporarily down.",
        504 => "The provider did not answer in time.",
        _ => "A failure.",
    };
    let content = ContentBuilder::new().schema(Some(shape.reference())).build();
    ResponseBuilder::new().description(what).content("application/json", content)
}
