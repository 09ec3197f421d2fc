package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NoLockFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A library that was written for a local disk, used as `docs/how-to/java.md` says.
@Timeout(120)
final class LuceneTest {

    @TempDir
    Path data;

    @Test
    void indexInS3IsWrittenMergedAndSearched() throws IOException {
        try (TestFileSystem store = TestFileSystem.start(data)) {
            try (Directory index = directory(store.path("/index"));
                    IndexWriter writer = new IndexWriter(index, new IndexWriterConfig(new StandardAnalyzer()))) {
                for (int i = 0; i < 4; i++) {
                    add(writer, "cat number" + i);
                    add(writer, "dog number" + i);
                    writer.commit();
                }
                writer.forceMerge(1);
            }

            try (Directory index = directory(store.host().getPath("/index"));
                    DirectoryReader reader = DirectoryReader.open(index)) {
                assertThat(reader.leaves()).hasSize(1);
                assertThat(new IndexSearcher(reader).count(new TermQuery(new Term("text", "cat"))))
                        .isEqualTo(4);
            }
        }
    }

    private static Directory directory(Path folder) throws IOException {
        return new FilterDirectory(new NIOFSDirectory(folder, NoLockFactory.INSTANCE)) {
            @Override
            public void rename(String source, String target) throws IOException {
                Files.move(folder.resolve(source), folder.resolve(target));
            }

            @Override
            public void syncMetaData() {}
        };
    }

    private static void add(IndexWriter writer, String text) throws IOException {
        Document document = new Document();
        document.add(new TextField("text", text, Field.Store.NO));
        writer.addDocument(document);
    }
}
