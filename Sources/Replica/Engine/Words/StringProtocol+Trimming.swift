extension StringProtocol {
    /// Without white space around it, character by character.
    package func trimmingSpaces() -> String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
