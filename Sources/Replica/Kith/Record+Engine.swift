import CRDT
import Store

extension Record {
    init(_ record: RecordID) {
        table = record.table
        key = record.key
    }

    var stored: RecordID { RecordID(table: table, key: key) }
}

extension Row {
    static func rows(_ answer: Reader.Answer) -> [Row] {
        answer.rows.map { Row(columns: answer.columns, values: $0.map(Value.init)) }
    }
}

extension KeyValuePairs<String, Value> {
    var stored: [(name: String, value: CRDT::Value)] { map { (name: $0.key, value: $0.value.stored) } }
}
