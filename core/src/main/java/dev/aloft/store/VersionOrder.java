package dev.aloft.store;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/// The order of versions and delete markers in a page of ListObjectVersions.
///
/// S3 lists both in one sequence; the SDK gives two lists and drops the sequence. Timestamps cannot restore it: a
/// write and a deletion within one second have the same. So this reads the answer's elements a second time.
///
/// The interceptor is safe for many threads, a [Recording] serves one request.
final class VersionOrder implements ExecutionInterceptor {

    static final ExecutionAttribute<Recording> RECORDING = new ExecutionAttribute<>("aloft-version-order");

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        Recording recording = attributes.getAttribute(RECORDING);
        return recording == null
                ? context.responseBody()
                : context.responseBody().map(recording::of);
    }

    /// The answer's bytes, kept while the SDK reads them. A repeated request begins anew.
    static final class Recording {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private InputStream of(InputStream body) {
            bytes.reset();
            return new FilterInputStream(body) {
                @Override
                public int read() throws IOException {
                    int b = super.read();
                    if (b >= 0) {
                        bytes.write(b);
                    }
                    return b;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int n = super.read(buffer, offset, length);
                    if (n > 0) {
                        bytes.write(buffer, offset, n);
                    }
                    return n;
                }

                @Override
                public boolean markSupported() {
                    return false; // a byte that is read twice would be kept twice
                }
            };
        }

        /// For each entry of the page, in S3's order, true for a delete marker.
        List<Boolean> deletions() throws XMLStreamException {
            XmlAnswer xml = XmlAnswer.open(bytes.toByteArray(), "ListVersionsResult");
            List<Boolean> deletions = new ArrayList<>();
            for (String name = xml.next(); name != null; name = xml.next()) {
                switch (name) {
                    case "Version" -> deletions.add(false);
                    case "DeleteMarker" -> deletions.add(true);
                    default -> {}
                }
                xml.skip();
            }
            return deletions;
        }
    }
}
