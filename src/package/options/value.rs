//! What rows of the table have in common: a field of the package with its reader and its writer, by the kind of value.

/// A value of a field, by its reader and its writer.
macro_rules! value {
    ($($field:ident).+, $kind:expr, $unit:literal, $read:expr, $write:expr) => {
        $crate::package::row::Value {
            kind: $kind,
            unit: $unit,
            read: |package, text| {
                package.$($field).+ = $read(text)?;
                Ok(())
            },
            write: |package| $write(&package.$($field).+),
        }
    };
}

macro_rules! switch {
    ($($field:ident).+) => {
        value!($($field).+, $crate::package::row::Kind::Switch, "", $crate::package::values::switch, $crate::package::values::switched)
    };
}

/// A whole number of a unit, from the least to the most.
macro_rules! number {
    ($($field:ident).+, $unit:literal, $least:literal, $most:literal) => {
        value!(
            $($field).+,
            $crate::package::row::Kind::Number($least, $most),
            $unit,
            |text| $crate::package::values::number(text, $unit, $least, $most),
            ToString::to_string
        )
    };
}

/// One of the words of a list.
macro_rules! choice {
    ($($field:ident).+, $words:ident) => {
        value!(
            $($field).+,
            $crate::package::row::Kind::Choice(|| $crate::package::values::words($words)),
            "",
            |text| $crate::package::values::choice(text, $words),
            |value| $crate::package::values::word(value, $words)
        )
    };
}

/// A limit of a disk in MB/s; 0 = none.
macro_rules! rate {
    ($($field:ident).+) => { value!($($field).+, $crate::package::row::Kind::Text, "MB/s", $crate::package::values::rate, ToString::to_string) };
}

/// A limit of a disk in operations per second; 0 = none.
macro_rules! iops {
    ($($field:ident).+) => {
        value!($($field).+, $crate::package::row::Kind::Number(0, $crate::package::values::MAX_IOPS), "IOPS", $crate::package::values::iops, ToString::to_string)
    };
}

macro_rules! disk {
    ($field:ident) => {
        value!(
            $field,
            $crate::package::row::Kind::Number(0, $crate::package::values::MAX_DISK),
            "GB",
            $crate::package::values::disk_gib,
            ToString::to_string
        )
    };
}

macro_rules! limits {
    ($field:ident) => {
        value!(
            $field,
            $crate::package::row::Kind::Text,
            "",
            $crate::package::values::limits,
            $crate::package::values::limits_text
        )
    };
}

macro_rules! storage {
    ($field:ident, $without:literal) => {
        storage!($field, Storage($without))
    };
    ($field:ident, $kind:ident($without:literal)) => {
        value!(
            $field,
            $crate::package::row::Kind::$kind($without),
            "",
            |text| $crate::package::values::name(text, "the id of a storage").map(Some),
            |storage| $crate::package::values::or(storage, "")
        )
    };
}

macro_rules! addresses {
    ($field:ident) => {
        value!(
            $field,
            $crate::package::row::Kind::Number(0, $crate::package::values::MAX_ADDRESSES),
            "",
            $crate::package::values::addresses,
            ToString::to_string
        )
    };
}

macro_rules! copies {
    ($field:ident) => {
        value!(
            $field,
            $crate::package::row::Kind::Number(0, $crate::package::values::MAX_COPIES),
            "",
            |text| $crate::package::values::copies(text).map(|copies| Some(copies).filter(|copies| *copies > 0)),
            |copies: &Option<u32>| copies.unwrap_or_default().to_string()
        )
    };
}
