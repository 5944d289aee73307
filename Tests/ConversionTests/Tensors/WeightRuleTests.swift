import Conversion
import Tensors
import Testing

@Suite struct WeightRuleTests {
  private let rule = WeightRule.standard

  @Test(arguments: [
    "fc1.weight", "weight.weight", "model.layers.0.mlp.up_proj.weight", "bert.encoder.layer.0.output.dense.weight",
    "model.layers.0.mlp.shared_expert.gate_proj.weight", "h.0.attn.c_attn.weight", "assembler.weight",
  ])
  func weightsOfLinearLayersBecomeIntegers(name: String) {
    #expect(rule.reasonToKeep(name, type: .bfloat16, shape: [4, 8]) == nil)
  }

  @Test(arguments: [
    "model.embed_tokens.weight", "transformer.wte.weight", "transformer.wpe.weight", "shared.weight",
    "tok_emb.weight", "bert.embeddings.word_embeddings.weight", "time_Embedding.weight",
    "block.0.layer.0.SelfAttention.relative_attention_bias.weight",
  ])
  func embeddingsStay(name: String) {
    #expect(rule.reasonToKeep(name, type: .float32, shape: [4, 8]) == .embedding)
  }

  @Test(arguments: ["model.norm.weight", "input_layernorm.weight", "ln_f.weight", "h.0.ln2.weight", "bn1.weight"])
  func normalizationsStay(name: String) {
    #expect(rule.reasonToKeep(name, type: .float16, shape: [4, 8]) == .normalization)
  }

  @Test func outputHeadsStay() {
    #expect(rule.reasonToKeep("lm_head.weight", type: .float32, shape: [4, 8]) == .head)
  }

  @Test func onlyFloatingPointMatricesNamedAsWeightsBecomeIntegers() {
    #expect(rule.reasonToKeep("fc.weight", type: .int8, shape: [4, 8]) == .type)
    #expect(rule.reasonToKeep("fc.weight", type: .float64, shape: [4, 8]) == .type)
    #expect(rule.reasonToKeep("fc.bias", type: .float32, shape: [4, 8]) == .name)
    #expect(rule.reasonToKeep("weight", type: .float32, shape: [4, 8]) == .name)
    #expect(rule.reasonToKeep("conv.weight", type: .float32, shape: [4, 8, 3]) == .rank)
    #expect(rule.reasonToKeep("fc.weight", type: .float32, shape: [0, 8]) == .empty)
  }

  @Test func headsAndRecurrentWeightsAreMultipliedButEmbeddingsAreNot() {
    #expect(rule.isMultiplied("lm_head.weight", shape: [4, 8]))
    #expect(rule.isMultiplied("lstm.weight_ih_l0", shape: [4, 8]))
    #expect(rule.isMultiplied("lstm_cell.weight_hh", shape: [4, 8]))
    #expect(!rule.isMultiplied("embed_tokens.weight", shape: [4, 8]))
    #expect(!rule.isMultiplied("fc.weight_scale", shape: [4, 1]))
    #expect(!rule.isMultiplied("fc.weight", shape: [4]))
    #expect(!rule.isMultiplied("fc.weight", shape: [4, 0]))
  }

  @Test func itsDescriptionListsEveryExclusion() {
    #expect(
      rule.description == """
        matrices of float32, float16 and bfloat16 named *.weight, but for
          embedding: *embed*, the word emb, the word wte, the word wpe, shared, relative_attention_bias
          normalization: *norm*, the word ln, the word bn
          output head: lm_head
        """)
  }
}
