package dev.aloft.server.cache;

import dev.aloft.server.cache.StoredAnswer.Times;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The metadata of a large answer of 200, stored beside its bytes for the next process.
///
/// @param selecting see [StoredAnswer]
record DiskHeader(String key, HttpFields headers, Map<String, String> selecting, Times times) {

    static DiskHeader of(String key, StoredAnswer answer) {
        return new DiskHeader(
                key,
                answer.headers(),
                answer.selecting(),
                new Times(answer.knownAt(), answer.cameAt(), answer.knownAt()));
    }

    String etag() {
        return String.valueOf(headers.get(HttpHeader.ETAG));
    }

    /// The answer, which must be revalidated before use unless the origin does not respond.
    StoredAnswer answer(LargeBody body) {
        Freshness freshness = Freshness.of(200, headers, times).unconfirmed();
        return new StoredAnswer(
                200,
                headers,
                selecting,
                times.asked(),
                times.came(),
                freshness,
                StoredAnswer.isCompressible(headers),
                MemoryBody.none(),
                body);
    }

    byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(key);
        out.writeLong(times.asked());
        out.writeLong(times.came());
        out.writeInt(headers.size());
        for (HttpField field : headers) {
            out.writeUTF(field.getName());
            out.writeUTF(field.getValue());
        }
        out.writeInt(selecting.size());
        for (Map.Entry<String, String> field : selecting.entrySet()) {
            out.writeUTF(field.getKey());
            out.writeUTF(field.getValue());
        }
        return bytes.toByteArray();
    }

    /// @throws IOException if the bytes are not a header
    static DiskHeader read(ByteBuffer bytes) throws IOException {
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(all));
        String key = in.readUTF();
        long asked = in.readLong();
        Times times = new Times(asked, in.readLong(), asked);
        HttpFields.Mutable headers = HttpFields.build();
        for (int i = in.readInt(); i > 0; i--) {
            headers.add(in.readUTF(), in.readUTF());
        }
        Map<String, String> selecting = new TreeMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            selecting.put(in.readUTF(), in.readUTF());
        }
        return new DiskHeader(key, headers.asImmutable(), selecting, times);
    }
}
