// One OpenSearch node from jars on the class path: HTTP, k-NN, painless, geo and the Korean analyser (nori), on
// 127.0.0.1. Arguments: HTTP port, data directory. Leaves fetching the jars and stopping to ../opensearch.ts.

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ko.KoreanPartOfSpeechStopFilter;
import org.apache.lucene.analysis.ko.KoreanReadingFormFilter;
import org.apache.lucene.analysis.ko.KoreanTokenizer;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.analysis.AbstractTokenFilterFactory;
import org.opensearch.index.analysis.AbstractTokenizerFactory;
import org.opensearch.index.analysis.TokenFilterFactory;
import org.opensearch.index.analysis.TokenizerFactory;
import org.opensearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.AnalysisPlugin;
import org.opensearch.plugins.Plugin;

public final class OpenSearchNode extends Node {
  private static final List<Class<? extends Plugin>> PLUGINS =
      List.of(
          org.opensearch.transport.Netty4Plugin.class,
          org.opensearch.geo.GeoModulePlugin.class,
          org.opensearch.painless.PainlessPlugin.class,
          org.opensearch.index.reindex.ReindexPlugin.class,
          org.opensearch.analysis.common.CommonAnalysisPlugin.class,
          org.opensearch.index.mapper.MapperExtrasPlugin.class,
          org.opensearch.knn.plugin.KNNPlugin.class,
          NoriPlugin.class);

  private OpenSearchNode(Settings settings, Collection<Class<? extends Plugin>> plugins) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "dongne"),
        plugins,
        false);
  }

  public static void main(String[] args) throws Exception {
    Settings settings =
        Settings.builder()
            .put("path.home", args[1])
            .put("path.data", args[1] + "/data")
            .put("path.logs", args[1] + "/logs")
            .put("cluster.name", "dongne")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", args[0])
            .put("transport.port", "0")
            // A test machine's disk may be fuller than a cluster would like.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    // -Dwithout=KNNPlugin leaves a plugin out: what the tests of a server that lacks it start.
    List<String> left = Arrays.asList(System.getProperty("without", "").split(","));
    Node node =
        new OpenSearchNode(
            settings, PLUGINS.stream().filter(p -> !left.contains(p.getSimpleName())).toList());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    node.close();
                  } catch (Exception e) {
                    e.printStackTrace();
                  } finally {
                    stopped.countDown();
                  }
                }));
    node.start();
    stopped.await();
  }

  /** The parts of OpenSearch's analysis-nori, which Maven Central does not have, that the mappings use. */
  public static final class NoriPlugin extends Plugin implements AnalysisPlugin {
    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
      return Map.of(
          "nori_tokenizer",
          (index, environment, name, settings) -> {
            KoreanTokenizer.DecompoundMode mode =
                KoreanTokenizer.DecompoundMode.valueOf(
                    settings.get("decompound_mode", "discard").toUpperCase(java.util.Locale.ROOT));
            return new AbstractTokenizerFactory(index, settings, name) {
              @Override
              public Tokenizer create() {
                return new KoreanTokenizer(
                    KoreanTokenizer.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, null, mode, false);
              }
            };
          });
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
      return Map.of(
          "nori_part_of_speech",
          (index, environment, name, settings) ->
              new AbstractTokenFilterFactory(index, name, settings) {
                @Override
                public TokenStream create(TokenStream tokens) {
                  return new KoreanPartOfSpeechStopFilter(tokens);
                }
              },
          "nori_readingform",
          (index, environment, name, settings) ->
              new AbstractTokenFilterFactory(index, name, settings) {
                @Override
                public TokenStream create(TokenStream tokens) {
                  return new KoreanReadingFormFilter(tokens);
                }
              });
    }
  }
}
