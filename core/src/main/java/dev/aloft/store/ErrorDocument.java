package dev.aloft.store;

import java.io.IOException;
import java.time.Duration;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The code and message of S3's error document; both are null where the answer has none, as to a HEAD.
record ErrorDocument(@Nullable String code, @Nullable String message) {

    /// S3's own documents stay below 2 KB.
    private static final int MAX_BYTES = 64 * 1024;

    /// Reads and closes an answer.
    static ErrorDocument read(HttpAnswer answer) throws IOException {
        byte[] bytes = answer.body().readNBytes(MAX_BYTES);
        if (bytes.length < MAX_BYTES) {
            answer.body().close();
        } else {
            answer.body().abort();
        }
        return parse(bytes);
    }

    /// Makes the exception that the SDK would throw for this answer, so that [S3Errors] and the retry policy decide
    /// alike for both.
    ///
    /// @param clockOffset by which this host's clock was taken to be ahead when the request was signed
    /// @param attempts the number of times that the request was sent
    AwsServiceException exception(HttpAnswer answer, Duration clockOffset, int attempts) {
        return (AwsServiceException) S3Exception.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .serviceName("S3")
                        .errorCode(code)
                        .errorMessage(message)
                        .sdkHttpResponse(answer.head())
                        .build())
                .message(message)
                .statusCode(answer.status())
                .requestId(answer.header("x-amz-request-id"))
                .extendedRequestId(answer.header("x-amz-id-2"))
                .clockSkew(clockOffset)
                .numAttempts(attempts)
                .writableStackTrace(false)
                .build();
    }

    /// Reads a body; one that is not S3's document has neither code nor message.
    static ErrorDocument parse(byte[] body) {
        @Nullable String code = null;
        @Nullable String message = null;
        if (body.length > 0) {
            try {
                XmlAnswer xml = XmlAnswer.open(body, "Error");
                for (String name = xml.next(); name != null; name = xml.next()) {
                    switch (name) {
                        case "Code" -> code = xml.text();
                        case "Message" -> message = xml.text();
                        default -> xml.skip();
                    }
                }
            } catch (XMLStreamException e) {
                return new ErrorDocument(null, null);
            }
        }
        return new ErrorDocument(code, message);
    }
}
