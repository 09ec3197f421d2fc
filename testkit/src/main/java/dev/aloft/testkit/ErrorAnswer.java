package dev.aloft.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// An error as S3 words it: a status, and a code in an XML body. A status of 200 is S3's too, for copies and completed
/// multipart uploads that fail after their head was sent.
record ErrorAnswer(int status, String code, Duration clockShift) {

    ErrorAnswer {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not a final HTTP status: " + status);
        }
    }

    /// The status with the code that S3 gives it most often.
    static ErrorAnswer of(int status) {
        String code = switch (status) {
            case 400 -> "InvalidRequest";
            case 403 -> "AccessDenied";
            case 404 -> "NoSuchKey";
            case 409 -> "ConditionalRequestConflict";
            case 412 -> "PreconditionFailed";
            case 429 -> "TooManyRequests";
            case 500 -> "InternalError";
            case 501 -> "NotImplemented";
            case 503 -> "SlowDown";
            case 507 -> "InsufficientStorage";
            default ->
                throw new IllegalArgumentException(
                        "no usual S3 error code for status " + status + ": name one, answer(" + status + ", code)");
        };
        return new ErrorAnswer(status, code, Duration.ZERO);
    }

    /// The head of the answer; `close` says that the connection ends after it.
    HttpHead head(Instant now, boolean close) {
        return new HttpHead(
                "HTTP/1.1 " + status + " " + code,
                List.of(
                        "Date: " + httpDate(now.plus(clockShift)),
                        "Content-Type: application/xml",
                        "Content-Length: " + body().length,
                        "x-amz-request-id: 00000000FAULT000",
                        "Connection: " + (close ? "close" : "keep-alive")));
    }

    /// The XML; the answer to a HEAD leaves it out.
    byte[] body() {
        String xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + code
                + ", as the test asked for</Message><RequestId>00000000FAULT000</RequestId></Error>";
        return xml.getBytes(StandardCharsets.UTF_8);
    }

    /// A moment as HTTP writes it (RFC 9110, section 5.6.7).
    static String httpDate(Instant moment) {
        return DateTimeFormatter.RFC_1123_DATE_TIME
                .format(moment.atOffset(ZoneOffset.UTC))
                .replace("+0000", "GMT");
    }

    /// Understands what [#httpDate] writes.
    static Instant moment(String httpDate) {
        return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate));
    }
}
