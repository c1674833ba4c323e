import Hummingbird

extension HTTPFields {
    /// What every answer of the page says to the browser: nothing from elsewhere, nothing kept, nothing of it inside other pages.
    static func safe(_ type: String) -> HTTPFields {
        var fields = HTTPFields()
        fields[.contentType] = type
        fields[.cacheControl] = "no-store"
        fields[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        fields[.xContentTypeOptions] = "nosniff"
        for (name, value) in [
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp"),
            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"), ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ] {
            if let name = FieldName(name) { fields[name] = value }
        }
        return fields
    }
}
