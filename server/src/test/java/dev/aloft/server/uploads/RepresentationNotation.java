package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import java.util.Arrays;
import java.util.Optional;

/// The notation of tests of conditional requests for the representations of one upload: `e` is the tag of the original,
/// `e-br` that of its copy in Brotli.
///
/// @param etag of the original
record RepresentationNotation(String etag) {

    /// The fields of a request, written in one line: `Accept-Encoding: br; If-None-Match: "e-br"`.
    String[] fields(String written) {
        String plain = etag.replace("\"", "");
        return Arrays.stream(written.split("; (?=[A-Z])", -1))
                .filter(field -> field.contains(": "))
                .map(field -> field.replaceAll("\"e(-\\w+)?\"", "\"" + plain + "$1\""))
                .toArray(String[]::new);
    }

    /// An answer as `200 br` or `304 identity`: the status, and the coding that both its tag and its body have; `parts`
    /// for several ranges.
    String answer(Answer answer) {
        assertThat(answer.whole()).as(answer.headers().toString()).isTrue();
        assertThat(answer.header("vary")).isEqualTo("Accept-Encoding");
        if (answer.header("content-type").startsWith("multipart/byteranges; boundary=")) {
            return "parts";
        }
        if (answer.status() == 412 || answer.status() == 416) {
            return String.valueOf(answer.status());
        }
        String coding = answer.status() == 304
                ? answer.header("etag").replaceAll("\"[0-9a-f]+-?(.*)\"", "$1")
                : Optional.ofNullable(answer.headers().get("content-encoding")).orElse("");
        String named = coding.isEmpty() ? "identity" : coding;
        assertThat(answer.header("etag")).isEqualTo(tag(named));
        return answer.status() + " " + named;
    }

    /// The tag of a coding; `identity` is the original.
    String tag(String coding) {
        return coding.equals("identity") ? etag : etag.substring(0, etag.length() - 1) + "-" + coding + "\"";
    }
}
