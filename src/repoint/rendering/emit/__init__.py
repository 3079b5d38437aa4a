"""A scene as files, one module for each format.

svg · pdf · eps · png · jpg · webp · terminal     what `picture` and `terminal` hand out
sheet                                             where a picture lies on its page
paths · shading                                   what PDF and PostScript spell alike
pdf_file · pdf_resources                          the objects of a PDF
raster · pixels                                   from a scene, and from a bitmap, to pixels
"""
