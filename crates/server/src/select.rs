//! `select`: an answer with only the fields asked for (contract facts, section 0.2).
//!
//! Done while serialising: a struct is written through [`Only`], which leaves fields out before they are looked at. No
//! tree is built and thrown away.

use serde::ser::{Error, Impossible, Serialize, SerializeStruct, Serializer};

/// Which top-level fields an answer holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Select {
    /// All of them.
    #[default]
    All,
    /// These, and always `id`, `grant_id` and `object`: SDKs break without.
    Fields(Vec<String>),
}

impl Select {
    /// Reads names separated by commas; nothing named means all.
    pub fn parse(names: &[String]) -> Self {
        if names.is_empty() { Select::All } else { Select::Fields(names.to_vec()) }
    }

    /// Whether a field is in the answer.
    pub fn wants(&self, field: &str) -> bool {
        match self {
            Select::All => true,
            Select::Fields(names) => {
                matches!(field, "id" | "grant_id" | "object") || names.iter().any(|name| name == field)
            }
        }
    }
}

/// An object of which only the chosen fields are written.
pub struct Chosen<'a, T> {
    /// The object; a struct.
    pub item: &'a T,
    /// Its fields to write.
    pub select: &'a Select,
}

impl<T: Serialize> Serialize for Chosen<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.select {
            Select::All => self.item.serialize(to),
            select => self.item.serialize(Only { to, select }),
        }
    }
}

struct Only<'a, S> {
    to: S,
    select: &'a Select,
}

struct OnlyStruct<'a, S> {
    to: S,
    select: &'a Select,
}

impl<S: SerializeStruct> SerializeStruct for OnlyStruct<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), S::Error> {
        if self.select.wants(key) { self.to.serialize_field(key, value) } else { self.to.skip_field(key) }
    }

    fn skip_field(&mut self, key: &'static str) -> Result<(), S::Error> {
        self.to.skip_field(key)
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.to.end()
    }
}

fn not_a_struct<T, E: Error>() -> Result<T, E> {
    Err(E::custom("fields can be chosen from structs only"))
}

macro_rules! refuse {
    ($($method:ident($($kind:ty),*) -> $out:ident;)+) => {
        $(fn $method(self, $(_: $kind),*) -> Result<Self::$out, S::Error> { not_a_struct() })+
    };
}

impl<'a, S: Serializer> Serializer for Only<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Impossible<S::Ok, S::Error>;
    type SerializeTuple = Impossible<S::Ok, S::Error>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeMap = Impossible<S::Ok, S::Error>;
    type SerializeStruct = OnlyStruct<'a, S::SerializeStruct>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(OnlyStruct { to: self.to.serialize_struct(name, len)?, select: self.select })
    }

    refuse! {
        serialize_bool(bool) -> Ok;
        serialize_i8(i8) -> Ok;
        serialize_i16(i16) -> Ok;
        serialize_i32(i32) -> Ok;
        serialize_i64(i64) -> Ok;
        serialize_u8(u8) -> Ok;
        serialize_u16(u16) -> Ok;
        serialize_u32(u32) -> Ok;
        serialize_u64(u64) -> Ok;
        serialize_f32(f32) -> Ok;
        serialize_f64(f64) -> Ok;
        serialize_char(char) -> Ok;
        serialize_str(&str) -> Ok;
        serialize_bytes(&[u8]) -> Ok;
        serialize_none() -> Ok;
        serialize_unit() -> Ok;
        serialize_unit_struct(&'static str) -> Ok;
        serialize_unit_variant(&'static str, u32, &'static str) -> Ok;
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<S::Ok, S::Error> {
        not_a_struct()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize)]
    struct Thing {
        id: u8,
        subject: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<&'static str>,
        object: &'static str,
    }

    const THING: Thing = Thing { id: 1, subject: "s", body: Some("b"), object: "thing" };

    fn written(names: &[&str]) -> String {
        let select = Select::parse(&names.iter().map(|n| n.to_string()).collect::<Vec<_>>());
        serde_json::to_string(&Chosen { item: &THING, select: &select }).unwrap()
    }

    #[test]
    fn nothing_chosen_writes_everything() {
        assert_eq!(written(&[]), r#"{"id":1,"subject":"s","body":"b","object":"thing"}"#);
    }

    #[test]
    fn chosen_fields_keep_id_and_object_beside_them() {
        assert_eq!(written(&["body"]), r#"{"id":1,"body":"b","object":"thing"}"#);
    }

    #[test]
    fn unknown_names_choose_nothing_more() {
        assert_eq!(written(&["nosuch"]), r#"{"id":1,"object":"thing"}"#);
    }
}
