package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.utils.DateUtils;

/// The document of CopyObject, read strictly. S3 answers 200 before a long copy has ended, so the document may also be
/// that of an error.
///
/// @param modified null where the answer has no date
record CopyAnswer(String etag, @Nullable Instant modified) {

    private static final int MAX_BYTES = 64 << 10;

    /// Reads and closes an answer of 2xx.
    ///
    /// @param attempt for messages: `copy s3://media/cat.jpg to s3://media/tom.jpg`
    /// @throws AwsServiceException for the document of an error, as the SDK
    static CopyAnswer parse(String attempt, HttpAnswer answer) throws IOException {
        byte[] document = answer.bytes(attempt, MAX_BYTES);
        try {
            return read(attempt, XmlAnswer.open(document, "CopyObjectResult"));
        } catch (XMLStreamException | DateTimeException e) {
            ErrorDocument error = ErrorDocument.parse(document);
            if (error.code() != null) {
                throw error.exception(answer, Duration.ZERO, 1);
            }
            throw new StoreException(
                    Kind.BAD_ANSWER, "cannot " + attempt + ": the answer is not S3's (" + e.getMessage() + ")", e);
        }
    }

    private static CopyAnswer read(String attempt, XmlAnswer xml) throws XMLStreamException, StoreException {
        @Nullable String etag = null;
        @Nullable Instant modified = null;
        for (String name = xml.next(); name != null; name = xml.next()) {
            switch (name) {
                case "ETag" -> etag = xml.text();
                case "LastModified" ->
                    modified = DateUtils.parseIso8601Date(xml.text().strip());
                default -> xml.skip();
            }
        }
        return new CopyAnswer(ObjectAnswers.requireWritten(attempt, etag), modified);
    }
}
